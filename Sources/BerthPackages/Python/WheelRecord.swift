internal import BerthArchive

/// A wheel's `RECORD`: each file with its hash and size, as CSV (PEP 376, PEP 427).
struct WheelRecord {
    /// What the list promises of one file; nothing for the list itself.
    struct Promise: Equatable {
        let digest: Digest
        let size: Int64?
    }

    private(set) var promises: [ArchivePath: Promise?] = [:]

    /// Reads the file's text; throws what can't be used.
    init(_ text: String) throws {
        for row in try CSV.rows(text) {
            guard row.count == 3 else { throw WheelFault("RECORD has a line of \(row.count) fields") }
            guard let path = try ArchivePath.parse(member: row[0].utf8) else {
                throw WheelFault("RECORD lists no name")
            }
            let promise = try Self.promise(row, path)
            guard promises.updateValue(promise, forKey: path) == nil else {
                throw WheelFault("RECORD lists \(path) twice")
            }
        }
    }

    private static func promise(_ row: [String], _ path: ArchivePath) throws -> Promise? {
        if row[1].isEmpty { return nil }
        let parts = row[1].split(separator: "=", maxSplits: 1)
        guard parts.count == 2, parts[0] == "sha256" else {
            throw WheelFault("RECORD gives \(path) a hash that is not SHA-256")
        }
        guard let bytes = Base64URL.decode(parts[1]), bytes.count == 32 else {
            throw WheelFault("RECORD gives \(path) a broken hash")
        }
        guard row[2].isEmpty || Int64(row[2]).map({ $0 >= 0 }) == true else {
            throw WheelFault("RECORD gives \(path) a broken size")
        }
        return Promise(digest: Digest(bytes: bytes), size: Int64(row[2]))
    }

    /// One line of an installed `RECORD`.
    static func line(_ path: String, _ digest: Digest?, _ size: Int64?) -> String {
        let hash = digest.map { "sha256=" + Base64URL.encode($0.bytes) } ?? ""
        return "\(CSV.field(path)),\(hash),\(size.map(String.init) ?? "")\n"
    }
}

/// What is wrong with a wheel.
struct WheelFault: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
