/// A range of a file as a 206 answer names it (RFC 9110 §14.4): `bytes 100-999/1000`.
struct ContentRange: Equatable {
    let first: Int64
    let total: Int64?

    init?(_ text: String?) {
        guard let text, text.lowercased().hasPrefix("bytes ") else { return nil }
        let parts = text.dropFirst(6).split(separator: "/", omittingEmptySubsequences: false)
        let ends = parts.first?.split(separator: "-", omittingEmptySubsequences: false) ?? []
        guard parts.count == 2, ends.count == 2, let first = Int64(ends[0]), first >= 0 else { return nil }
        self.first = first
        total = Int64(parts[1])
    }
}
