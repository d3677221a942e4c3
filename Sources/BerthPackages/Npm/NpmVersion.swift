/// A version as npm reads it (semver 2.0, and the looser spellings that its registry holds: `v1.2.3`, `1.2.3beta`).
package struct NpmVersion: Sendable, Hashable {
    /// One part of a prerelease; numbers come before words.
    package enum Identifier: Sendable, Hashable, Comparable {
        case number(Int)
        case word(String)
    }

    /// npm's own bound, 2⁵³ − 1.
    static let largest = 9_007_199_254_740_991

    package let major: Int
    package let minor: Int
    package let patch: Int
    package let prerelease: [Identifier]

    init(_ major: Int, _ minor: Int, _ patch: Int, _ prerelease: [Identifier] = []) {
        (self.major, self.minor, self.patch, self.prerelease) = (major, minor, patch, prerelease)
    }

    /// Nil for what npm takes for no version.
    package init?(_ text: some StringProtocol) {
        guard text.utf8.count <= 256 else { return nil }
        var scanner = NpmScanner(text)
        scanner.skipMarks()
        guard let major = scanner.number(), scanner.take("."), let minor = scanner.number(), scanner.take("."),
            let patch = scanner.number(), let prerelease = scanner.rest()
        else { return nil }
        self.init(major, minor, patch, prerelease)
    }
}

extension NpmVersion: Comparable {
    package static func < (left: NpmVersion, right: NpmVersion) -> Bool {
        let (one, other) = ((left.major, left.minor, left.patch), (right.major, right.minor, right.patch))
        if one != other { return one < other }
        // A release comes after its prereleases.
        if left.prerelease.isEmpty || right.prerelease.isEmpty {
            return !left.prerelease.isEmpty && right.prerelease.isEmpty
        }
        return left.prerelease.lexicographicallyPrecedes(right.prerelease)
    }
}

extension NpmVersion.Identifier {
    package static func < (left: Self, right: Self) -> Bool {
        switch (left, right) {
        case (.number(let one), .number(let other)): one < other
        case (.number, .word): true
        case (.word, .number): false
        case (.word(let one), .word(let other)): one.utf8.lexicographicallyPrecedes(other.utf8)
        }
    }
}

extension NpmVersion: CustomStringConvertible {
    /// The canonical spelling, without build metadata.
    package var description: String {
        let parts = prerelease.map { part in
            switch part {
            case .number(let value): "\(value)"
            case .word(let text): text
            }
        }
        return "\(major).\(minor).\(patch)" + (parts.isEmpty ? "" : "-" + parts.joined(separator: "."))
    }
}
