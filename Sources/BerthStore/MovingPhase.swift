internal import BerthSystem
internal import SystemPackage

/// The short moment in which a collection moves content to the trash.
///
/// An adder writes its lease, then looks whether this phase is on; a collection begins the phase, then reads the
/// leases. So one always sees the other, and content that an adder found cannot vanish under it.
struct MovingPhase {
    let store: Store

    private var path: FilePath { store.root.appending("moving") }

    /// Holds the phase open for as long as the value lives; ends with the process, whatever kills it.
    func begin() throws -> FileLock {
        try FileLock.acquire(path, .exclusive, seconds: 30, purpose: "moving unused content to the trash")
    }

    /// Waits until no collection is moving content; nearly always that is at once.
    func waitUntilOver() throws {
        guard Files.exists(path) else { return }
        if try FileLock.tryAcquire(path, .shared) != nil { return }
        _ = try FileLock.acquire(path, .shared, seconds: 30, purpose: "moving unused content to the trash")
    }
}
