internal import BerthDocument

/// `yarn.lock`: a format of its own in yarn 1, YAML in Berry (yarn 2 and newer).
enum YarnLock {
    static func read(_ bytes: [UInt8], file: String) throws(DocumentFaults) -> LockedDependencies {
        _ = try StrictText.decode(bytes, file: file, limit: NodeLocks.limit)
        let start = DocumentPlace(file: file, line: 1, column: 1)
        var rest = bytes[...]
        while !rest.isEmpty {
            let line = rest.prefix { $0 != 0x0A }
            rest = rest[line.endIndex...].dropFirst()
            if line.starts(with: "__metadata:".utf8) { return try YarnBerry.read(bytes, file: file) }
            guard line.starts(with: "# yarn lockfile v".utf8) else { continue }
            let version = String(decoding: line.dropFirst(17), as: UTF8.self).filter { !$0.isWhitespace }
            if version == "1" { return try YarnClassic.read(bytes, file: file) }
            let message = "version \(version) of yarn.lock is not known; \(NodeLocks.newerRemedy)"
            throw DocumentFaults([DocumentFault(place: start, message: message)])
        }
        throw DocumentFaults([DocumentFault(place: start, message: refusal(bytes))])
    }

    /// Why a file without a mark of either yarn is not read.
    private static func refusal(_ bytes: [UInt8]) -> String {
        if bytes.isEmpty { return "the file is empty; run `yarn install`, or leave it out" }
        if bytes.first == UInt8(ascii: "{") { return "a yarn.lock in JSON is not known; \(NodeLocks.newerRemedy)" }
        return "neither yarn 1 nor Berry has written this file (no \"# yarn lockfile v1\", no \"__metadata\"); "
            + "run `yarn install`"
    }
}
