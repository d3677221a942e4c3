internal import BerthSystem

/// Listings that an image left while the engine read it: both engines call that an error, and are asked again.
enum Relisting {
    private static let most = 5

    /// Whether an engine says that an image is not there any more which it is listing: "not found" in containerd's store,
    /// and Podman fails to locate it.
    static func lostImage(_ error: BerthError) -> Bool {
        ["not found", "locating image"].contains { error.what.contains($0) }
    }

    /// Reads a listing, five times at most, with a little more patience each time.
    static func read<Value: Sendable>(
        whereGone isGone: (BerthError) -> Bool, _ listing: () async throws -> Value
    ) async throws -> Value {
        var tries = 1
        while true {
            do { return try await listing() } catch let error as BerthError where tries < most && isGone(error) {
                try await Task.sleep(for: .milliseconds(200 * tries))
                tries += 1
            }
        }
    }
}
