/// Paths that files say of each other, as texts: no file system is asked.
enum RelativePath {
    /// The path from where `file` counts from, of what `file` calls `named`; absolute ones stay as they are.
    static func join(_ file: String, _ named: String) -> String {
        if named.hasPrefix("/") { return named }
        let folder = file.split(separator: "/", omittingEmptySubsequences: false).dropLast()
        var parts: [Substring] = []
        for part in folder + named.split(separator: "/") where part != "." {
            if part == "..", let last = parts.last, last != "..", !last.isEmpty {
                parts.removeLast()
            } else {
                parts.append(part)
            }
        }
        return parts.joined(separator: "/")
    }
}
