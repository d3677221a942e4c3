internal import BerthArchive
package import BerthDocument

/// A `pylock.toml` as PEP 751 defines it, read strictly: each file has a hash, each package stands once.
package struct Pylock: Sendable {
    package let packages: [PylockPackage]
    package let requiresPython: String?

    /// Reads a file's bytes; throws `DocumentFaults` with all that is wrong.
    package init(_ bytes: [UInt8], file: String) throws(DocumentFaults) {
        let document = try TOMLDocument(bytes, file: file)
        let faults = Faults()
        let reader = MappingReader(document.root, faults, name: "the lock")
        Pylock.checkHead(reader)
        requiresPython = reader.string("requires-python")
        let items = reader.mappings("packages", required: true, allowEmpty: true) ?? []
        var known: Set<String> = []
        packages = items.compactMap { item in
            guard let package = PylockReader(reader: item).package() else { return nil }
            if !known.insert(package.name).inserted { Self.refuseRepetition(package.name, item) }
            return package
        }
        try faults.check()
    }

    /// Checks what every `pylock.toml` begins with: a known version, and who wrote it.
    static func checkHead(_ reader: MappingReader) {
        if let version = reader.string("lock-version", required: true), version.split(separator: ".").first != "1" {
            reader.fault("lock-version", "lock-version \(version) is not known; this program reads 1.x")
        }
        _ = reader.string("created-by", required: true)
    }

    /// Two entries of one name are two choices (extras, markers) that only an installer with the environment can make.
    private static func refuseRepetition(_ name: String, _ reader: MappingReader) {
        reader.fault("name", "the package \(name) stands in the lock more than once; lock for one environment")
    }
}

/// One entry of `packages`.
private struct PylockReader {
    let reader: MappingReader

    func package() -> PylockPackage? {
        guard let name = reader.string("name", required: true) else { return nil }
        guard PythonName.isValid(name) else {
            reader.fault("name", "\"\(name)\" is not the name of a Python package")
            return nil
        }
        let version = reader.string("version")
        for kind in ["vcs", "directory", "archive"] where reader.has(kind) {
            reader.fault(kind, "the package \(name) comes from a \(kind); only wheels of a package index can be locked")
        }
        let wheels = (reader.mappings("wheels") ?? []).compactMap { self.file($0, of: name, version) }
        let source = reader.mapping("sdist").flatMap { self.file($0, of: name, version) }
        return PylockPackage(
            name: PythonName.normalised(name), version: version, marker: reader.string("marker"), wheels: wheels,
            sourceDistribution: source, index: reader.string("index"))
    }

    private func file(_ reader: MappingReader, of package: String, _ version: String?) -> PylockFile? {
        let label = [package, version].compactMap(\.self).joined(separator: " ")
        guard let location = location(reader) else {
            reader.faults.add("a file of \(label) has neither url nor path", at: reader.place)
            return nil
        }
        let last = (reader.string("name") ?? Self.lastComponent(location)).removingPercentEscapes
        guard let digest = digest(reader, label) else { return nil }
        guard !last.isEmpty, !last.contains("/") else {
            reader.faults.add("a file of \(label) has no name", at: reader.place)
            return nil
        }
        return PylockFile(
            fileName: last, location: location,
            size: reader.integer("size", in: 0...(1 << 50)).map { ByteCount($0) }, digest: digest,
            uploaded: reader.string("upload-time").flatMap { Timestamp.seconds($0) })
    }

    private func location(_ reader: MappingReader) -> PylockFile.Location? {
        if let address = reader.string("url") { return .address(address) }
        return reader.string("path").map { .path($0) }
    }

    private func digest(_ reader: MappingReader, _ label: String) -> Digest? {
        guard let text = reader.mapping("hashes")?.string("sha256") else {
            reader.faults.add("a file of \(label) has no sha256 hash", at: reader.place)
            return nil
        }
        guard let digest = try? Digest(hex: text.lowercased()) else {
            reader.faults.add("the sha256 hash of a file of \(label) has not 64 hexadecimal digits", at: reader.place)
            return nil
        }
        return digest
    }

    private static func lastComponent(_ location: PylockFile.Location) -> String {
        let text =
            switch location {
            case .address(let address): String(address.prefix { $0 != "?" && $0 != "#" })
            case .path(let path): path
            }
        return text.split(separator: "/").last.map(String.init) ?? ""
    }
}

extension String {
    /// The text with `%XX` decoded; as it is when that gives no UTF-8.
    var removingPercentEscapes: String {
        var bytes: [UInt8] = []
        var rest = utf8[...]
        while let unit = rest.popFirst() {
            if unit == UInt8(ascii: "%"), let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                rest = rest.dropFirst(2)
                bytes.append(value)
            } else {
                bytes.append(unit)
            }
        }
        return String(validating: bytes, as: UTF8.self) ?? self
    }
}
