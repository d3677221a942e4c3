/// `name@rest` or `@scope/name@rest`, as all of Node's package managers write it.
struct PackageSpec {
    let name: String
    /// A version, range, tag or address.
    let rest: String

    /// Nil where there is no name, or nothing after it.
    init?(_ text: some StringProtocol) {
        let start = text.first == "@" ? text.index(after: text.startIndex) : text.startIndex
        guard let at = text[start...].firstIndex(of: "@") else { return nil }
        (name, rest) = (String(text[..<at]), String(text[text.index(after: at)...]))
        if name.isEmpty || name == "@" || rest.isEmpty { return nil }
    }
}
