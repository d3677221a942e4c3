internal import BerthArchive
internal import BerthDocument
internal import BerthStore
internal import BerthSystem
package import SystemPackage

/// What a simulation runs on.
package enum TraceSource: Sendable {
    /// Lookups as they were.
    case lookups(CacheTrace)
    /// Histories of lockfiles, of which a model makes lookups.
    case lockfiles([LockfileStream])
}

/// Reads a trace: JSON lines of lookups, or a JSON list of histories of lockfiles; plain or as gzip.
package enum TraceFile {
    /// Bytes, compressed and expanded.
    private static let limit = 512 << 20

    package static func read(_ path: FilePath) throws -> TraceSource {
        var bytes = try Files.read(path, limit: limit)
        if bytes.starts(with: [0x1F, 0x8B]) { bytes = try expanded(bytes, path) }
        do {
            let first = bytes.first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }
            if first == UInt8(ascii: "[") { return .lockfiles(try lockfiles(bytes, path)) }
            return .lookups(try TraceLines.read(bytes, file: path.string))
        } catch let faults as DocumentFaults {
            throw BerthError(
                .usage, "the trace can't be read", place: "\(faults)",
                remedy: "docs/reference/cache-policy.md says what a trace looks like")
        }
    }

    /// A file of one gzip member says at its end how large it becomes (RFC 1952).
    private static func expanded(_ bytes: [UInt8], _ path: FilePath) throws -> [UInt8] {
        guard bytes.count > 18 else {
            throw BerthError(.damaged, "the file is cut short", place: path.string)
        }
        let size = bytes.suffix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
        guard size <= limit else {
            throw BerthError(.usage, "the trace is larger than \(limit) bytes", place: path.string)
        }
        do { return try Compression.gzip(level: 1).makeCompressor().expand(bytes, size: size) } catch {
            throw BerthError(
                .damaged, "the trace is no whole gzip file of one member", place: path.string,
                remedy: "expand it with gunzip", cause: error)
        }
    }

    private static func lockfiles(_ bytes: [UInt8], _ path: FilePath) throws -> [LockfileStream] {
        let root = try JSONDocument(bytes, file: path.string, limit: limit).root
        let faults = Faults()
        let streams = root.items.map { item in
            let reader = MappingReader(item, faults, name: "a history")
            let commits = (reader.sequence("commits", required: true) ?? []).compactMap { commit -> (Int64, String)? in
                let pair = commit.items
                guard pair.count == 2, let at = pair[0].text.flatMap({ Int64($0) }), let state = pair[1].quoted else {
                    faults.add("a commit is a pair of seconds since 1970 and the name of a state", at: commit.place)
                    return nil
                }
                return (at, state)
            }
            defer { reader.finish() }
            return LockfileStream(
                repository: reader.string("repository", required: true) ?? "",
                lockfile: reader.string("lockfile", required: true) ?? "", commits: commits)
        }
        try faults.check()
        return streams
    }
}
