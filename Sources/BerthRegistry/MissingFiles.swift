package import BerthArchive
package import BerthSystem

/// Files that no configured address serves (any more): whoever has a lock can make it anew.
package struct MissingFiles: Error, Sendable, Equatable {
    /// Every such file's name, sorted.
    package let names: [String]
    /// Their digests; a document has none.
    package let digests: Set<Digest>
    /// The addresses that were tried for the first of them, without credentials.
    package let tried: [String]

    init(_ files: [RemoteFile]) {
        let sorted = files.sorted { ($0.name, $0.digest) < ($1.name, $1.digest) }
        names = sorted.map(\.name)
        digests = Set(files.map(\.digest))
        tried = sorted.first?.addresses.map(\.description) ?? []
    }

    init(_ files: [UnsizedFile]) {
        let sorted = files.sorted { $0.name < $1.name }
        names = sorted.map(\.name)
        digests = []
        tried = sorted.first?.addresses.map(\.description) ?? []
    }

    init(document name: String, tried addresses: [Address]) {
        names = [name]
        digests = []
        tried = addresses.map(\.description)
    }

    /// Names on one line; of many only the first, since the rest helps nobody.
    static func list(_ names: [String]) -> String {
        let shown = names.prefix(12).joined(separator: ", ")
        return names.count > 12 ? "\(shown) and \(names.count - 12) more" : shown
    }

    /// The error to show where nothing can be made anew.
    package var explained: BerthError {
        let list = Self.list(names.map(\.escaped))
        let count = names.count == 1 ? "a file that no address serves" : "\(names.count) files that no address serves"
        return BerthError(
            .failed, "\(count): \(list)", place: tried.isEmpty ? nil : tried.joined(separator: ", "),
            done: "every address answered \"not found\" (some servers do so where credentials are missing)",
            remedy: "add an address that has them (a snapshot of that date), or make a new lock: berth image lock")
    }
}

extension MissingFiles: CustomStringConvertible {
    package var description: String { explained.description }
}
