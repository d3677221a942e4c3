internal import BerthArchive
internal import BerthStore
internal import BerthSystem
internal import SystemPackage

/// Unpacks an entry into `hot/`: aside first, then renamed, so that what has its name is whole.
struct HotMaker: Sendable {
    let home: HotFolder
    let budget: ByteCount

    /// Why no entry is kept unpacked here; nil where one may be.
    func obstacle(_ size: ByteCount) throws -> String? {
        guard size <= budget else {
            return "the entry's \(size) are more than hot entries may take together (\(budget))"
        }
        try Files.makeDirectory(home.root, mode: 0o700)
        guard try Self.tellsCasesApart(Folder(home.root)) else {
            return "the store's file system does not tell upper from lower case: no tree is kept unpacked there"
        }
        return nil
    }

    /// Whether two names that differ in case are two names.
    static func tellsCasesApart(_ folder: Folder) throws -> Bool {
        guard let lower = Folder.Name(".case.\(UniqueNumber.text)"),
            let upper = Folder.Name(lower.string.uppercased())
        else { return false }
        _ = try folder.create(lower)
        defer { _ = try? folder.remove(lower) }
        return try folder.facts(upper) == nil
    }

    /// Makes an entry by `fill`, which writes the files; the least recently used others make room for it.
    func make(
        _ digest: Digest, _ manifest: TreeManifest, fill: (RestorePlan) async throws -> [FileNote]
    ) async throws {
        try home.trim(to: ByteCount(max(0, budget.value - manifest.byteCount.value)))
        let above = try Folder(home.root)
        guard let aside = Folder.Name(".new.\(UniqueNumber.text)"), let name = Folder.Name(digest.hex) else {
            throw BerthError(.failed, "a name of Berth's own is none")
        }
        let folder = try above.makeFolder(aside)
        do {
            let landings = manifest.labels.indices.map { HotLanding($0, in: folder) }
            let plan = RestorePlan(manifest, landings)
            _ = try await plan.prepare()
            let notes = try await fill(plan) + plan.complete()
            let home = home
            try await offload {
                let moment = FileTime.now
                for tree in landings.indices {
                    let noted = plan.noted(notes, in: tree)
                    try home.write(noted, at: moment, content: plan.manifest.content, of: HotTree(digest, tree))
                }
                // Nobody puts anything beside the trees, and nobody else looks at them.
                try folder.setPermissions(0o500)
                try Self.makeWay(name, in: above, home.factsFile(of: digest))
                try above.rename(aside, to: name, in: above)
                try home.write(
                    .init(
                        size: manifest.byteCount, files: manifest.fileCount, labels: manifest.labels,
                        verifiedIn: Machine.bootIdentity), of: digest)
            }
        } catch {
            try? HotLanding.remove(aside, in: above)
            // Somebody else made the same one meanwhile.
            guard Files.exists(home.factsFile(of: digest)) else { throw error }
        }
    }

    /// Moves a folder aside that has no file of facts: whoever made it was killed before it was whole.
    private static func makeWay(_ name: Folder.Name, in above: Folder, _ facts: FilePath) throws {
        guard !Files.exists(facts), try above.facts(name) != nil, let old = Folder.Name(".old.\(UniqueNumber.text)")
        else { return }
        try above.rename(name, to: old, in: above)
        try HotLanding.remove(old, in: above)
    }

    /// Whether files of the hot folder can share blocks with files in a folder; if not, why.
    func obstacle(to folder: Folder) throws -> String? {
        guard let name = Folder.Name(".\(AsideNames.probe).\(UniqueNumber.text)") else { return nil }
        let above = try Folder(home.root)
        let source = try above.create(name)
        defer { _ = try? above.remove(name) }
        try source.write([UInt8](repeating: 1, count: 4096), at: 0)
        do {
            _ = try folder.clone(name, of: source)
            try folder.remove(name)
            return nil
        } catch let error as BerthError {
            guard error.errno != Errno.improperLink.rawValue else {
                return "the store and the place lie on different file systems"
            }
            return "the place's file system cannot share blocks"
        }
    }
}
