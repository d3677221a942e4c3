/// What keys of one kind have in common: the part before what changes with each of their states.
///
/// `linux-pip-3f2a…` and `linux-pip-77c0…` are states of one thing, `linux-pip-` and `macos-pip-` are two things. So the
/// last part of a key is left out only where it looks like a digest, a number, a date or a version.
package enum KeyFamily {
    private static let separators: Set<Character> = ["-", "_", "/", ":", "@", "|", "="]

    /// The common part; the whole key where nothing in it looks changing.
    package static func of(_ key: String) -> String {
        var rest = Substring(key)
        while let mark = rest.lastIndex(where: { separators.contains($0) }) {
            guard isChanging(rest[rest.index(after: mark)...]) else { break }
            rest = rest[..<mark]
        }
        guard rest.endIndex < key.endIndex else { return key }
        return String(key[...rest.endIndex])
    }

    private static func isChanging(_ part: Substring) -> Bool {
        guard !part.isEmpty else { return false }
        let isHex = part.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0 | 0x20) }
        if isHex && part.utf8.count >= 7 { return true }
        return part.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2E }
    }
}
