package import BerthArchive

/// Bounds of the service: every wait, every size and every number has one.
package struct ServeSettings: Sendable {
    package var address = ServeAddress.standard
    /// Without a byte, or with fewer than `trickle`, for this long a connection is closed.
    package var silence: Duration = .seconds(60)
    package var trickle = 16 << 10
    /// No transfer takes longer.
    package var total: Duration = .seconds(3600)
    /// Further connections wait until one ends.
    package var connections = 128
    /// Bytes of one entry's stream.
    package var entrySize = ByteCount(64_000_000_000)
    /// Bytes of the lockfiles that one key is made of.
    package var lockfileSize = ByteCount(64 << 20)
    /// Saves are refused that would leave less on the disk.
    package var keepFree = ByteCount(1_000_000_000)

    /// The pause before what jobs saved is sent to the shared tier again.
    package var sending: Duration = .seconds(10)

    package init() {}
}
