internal import BerthDocument
internal import BerthStore

/// A trace as JSON lines: one lookup or closing a line.
enum TraceLines {
    private struct Line {
        let at: Int
        let reader: MappingReader
    }

    /// Reads all lines and sorts them by time; lines of one second keep their order.
    static func read(_ bytes: [UInt8], file: String) throws -> CacheTrace {
        let faults = Faults()
        var lines: [Line] = []
        for (number, text) in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
            if text.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) { continue }
            let document = try JSONDocument(Array(text), file: "\(file), line \(number + 1)")
            let reader = MappingReader(document.root, faults, name: "a line")
            lines.append(Line(at: reader.integer("at", in: 0...(1 << 40), required: true) ?? 0, reader: reader))
        }
        var builder = TraceBuilder()
        for line in lines.enumerated().sorted(by: { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }) {
            add(line.element.reader, to: &builder)
        }
        try faults.check()
        return builder.finish()
    }

    private static func add(_ reader: MappingReader, to builder: inout TraceBuilder) {
        defer { reader.finish() }
        let repository = reader.string("repository", required: true) ?? ""
        if let scope = reader.string("closed") { return builder.close(repository: repository, scope: scope) }
        let (version, key) = (reader.string("version") ?? "", reader.string("key", required: true) ?? "")
        let parts = (reader.pairs("parts") ?? []).compactMap { name, size, place -> PackPart? in
            guard let size = Int64(size), size >= 0 else {
                reader.faults.add("the size of a part is a whole number of bytes", at: place)
                return nil
            }
            return PackPart(name: name, size: size)
        }
        let size = reader.integer("size", in: 0...(1 << 50))
        let cost = reader.string("cost").flatMap { Double($0) } ?? 0
        if size != nil || !parts.isEmpty {
            builder.describe(
                repository: repository, version: version, key: key, size: Int64(size ?? 0),
                cost: cost.isFinite ? max(0, cost) : 0, parts: parts)
        }
        builder.add(
            .init(
                repository: repository, scope: reader.string("scope", required: true) ?? "",
                others: reader.strings("others", allowEmpty: true) ?? [], version: version, key: key,
                family: reader.string("family"), saves: reader.boolean("saves") ?? true))
    }
}
