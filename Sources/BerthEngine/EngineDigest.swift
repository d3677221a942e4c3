/// A digest as engines write it: `sha256:` and 64 hexadecimal digits (image-spec, descriptor.md).
///
/// Engines name images, configs and uncompressed layers (diffIDs) with it.
package struct EngineDigest: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The 64 digits alone.
    package let hex: String

    /// Reads `sha256:<hex>` or, as Podman writes it, the digits alone.
    package init?(_ text: String) {
        let digits = text.hasPrefix("sha256:") ? text.dropFirst(7) : text[...]
        guard digits.utf8.count == 64, digits.utf8.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) })
        else { return nil }
        hex = String(digits)
    }

    package var description: String { "sha256:" + hex }

    package static func < (one: EngineDigest, other: EngineDigest) -> Bool { one.hex < other.hex }
}
