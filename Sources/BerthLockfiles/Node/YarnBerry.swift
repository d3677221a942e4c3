internal import BerthDocument

/// Berry's lockfile: YAML with an entry for each package, workspace and patched copy.
struct YarnBerry {
    private let faults: Faults
    private var cacheKey = ""
    private var notes = DependencyNotes()

    /// Version 4 is yarn 2's; 8 is yarn 4's.
    private static let versions = 4...8
    private static let remedy = "the file is not whole; run `yarn install`"

    static func read(_ bytes: [UInt8], file: String) throws(DocumentFaults) -> LockedDependencies {
        let faults = Faults()
        let documents = try YAMLStream(bytes, file: file, faults: faults, limit: NodeLocks.yamlLimit).documents
        if documents.count > 1 {
            faults.add("a second document starts here; a yarn.lock has one", at: documents[1].place)
        }
        try faults.check()
        guard case .mapping(let members) = documents[0].kind else {
            throw DocumentFaults([DocumentFault(place: documents[0].place, message: "not a mapping of packages")])
        }
        var lock = YarnBerry(faults: faults)
        lock.noteMetadata(MappingReader(documents[0], faults, name: "the lock"))
        try faults.check()
        for member in members where member.key != "__metadata" { lock.note(member) }
        try faults.check()
        return lock.notes.locked(.yarn)
    }

    private init(faults: Faults) { self.faults = faults }

    private mutating func noteMetadata(_ root: MappingReader) {
        guard let metadata = root.mapping("__metadata", required: true),
            let version = metadata.integer("version", in: 0...Int(Int32.max), required: true)
        else { return }
        guard Self.versions.contains(version) else {
            let range = "\(Self.versions.lowerBound) to \(Self.versions.upperBound)"
            return metadata.fault(
                "version",
                "version \(version) of Berry's yarn.lock is not known, only \(range); \(NodeLocks.newerRemedy)")
        }
        cacheKey = metadata.string("cacheKey") ?? ""
        for key in metadata.keys {
            if let node = metadata.node(key) { notes.facts("settings", key, node) }
        }
    }

    private mutating func note(_ member: DocumentMember) {
        let reader = MappingReader(member.value, faults, name: "the entry \"\(member.key)\"")
        guard let version = reader.string("version", required: true),
            let link = reader.choice("linkType", of: ["hard", "soft"], required: true),
            let text = reader.string("resolution", required: true)
        else { return }
        guard let resolution = BerryResolution(text) else {
            return reader.fault("resolution", "\"\(text)\" is not a name with an origin; \(Self.remedy)")
        }
        let subject = BerryResolution.readable(text)
        for descriptor in member.key.split(separator: ",") {
            let words = descriptor.drop { $0 == " " }
            notes.fact(BerryResolution.readable(String(words)), "is", subject)
        }
        notes.fact(subject, "link", link)
        noteOrigin(resolution, version, checksum: reader.string("checksum"), subject)
        for key in reader.keys where !["version", "linkType", "resolution", "checksum"].contains(key) {
            if let node = reader.node(key) { notes.facts(subject, key, node) }
        }
    }

    /// Puts a package from outside into the set.
    ///
    /// What the project brings itself (folders, patches of packages that have their own entry) shapes the tree only. A
    /// workspace has no version here that would mean anything.
    private mutating func noteOrigin(
        _ resolution: BerryResolution, _ version: String, checksum: String?, _ subject: String
    ) {
        let hashes = checksum.map { [$0.contains("/") || cacheKey.isEmpty ? $0 : "\(cacheKey)/\($0)"] } ?? []
        switch resolution.origin {
        case .workspace: return
        case .project: notes.fact(subject, "version", ([version] + hashes).joined(separator: " "))
        case .registry(let exact, let address):
            notes.package(resolution.name, exact, integrity: hashes, address: address)
            if version != exact { notes.fact(subject, "version", version) }
        case .address(let address): notes.package(resolution.name, version, integrity: hashes, address: address)
        }
    }
}
