/// Computes a SHA-256 digest piece by piece (SHA-NI and ARMv8 instructions where the machine has them).
package struct Hasher: ~Copyable {
    private var hasher = MessageHasher(.sha256)

    package init() {}

    /// Adds bytes.
    package mutating func update(_ bytes: RawSpan) { hasher.update(bytes) }

    /// Adds bytes.
    package mutating func update(_ bytes: [UInt8]) { hasher.update(bytes) }

    /// Ends the computation; the compiler refuses an update after it.
    package consuming func finalize() -> Digest { Digest(bytes: hasher.finalize()) }
}
