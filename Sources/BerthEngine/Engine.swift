/// A container engine: what it is, and the few things that Berth asks of it.
package protocol Engine: Sendable {
    /// Where it was found, and why there.
    var address: EngineAddress { get }

    /// What it is and can do.
    func facts() async throws -> EngineFacts

    /// The layers that an archive for it may leave out; none where its store wants every layer.
    func layers() async throws -> PresentLayers

    /// Loads an archive and reads back what the engine made of it; the caller compares ids and layers.
    func load(_ archive: ImageArchive) async throws -> LoadedImage

    /// The image of that name or id; nil when the engine has none.
    func inspect(_ image: String) async throws -> LoadedImage?

    /// Runs one command in a fresh container and removes the container, also on time-out and cancellation.
    func run(_ request: RunRequest) async throws -> RunOutcome

    /// Removes an image by name or id; false when there was none.
    @discardableResult
    func remove(_ image: String) async throws -> Bool

    /// All images that it holds, and all containers, running or not.
    func contents() async throws -> EngineContents

    /// Takes these names from an image, which goes with its last one; false when a container uses it.
    func release(_ names: [String]) async throws -> Bool

    /// Builds a Dockerfile with the engine's builder and hands the image out as a docker-archive, piece by piece.
    ///
    /// Nothing of it stays in the engine but its build cache.
    func build(_ request: BuildRequest, receive: @Sendable @escaping ([UInt8]) async throws -> Void) async throws
}

extension Engine {
    /// Loads an image without the layers that the engine has; a try that fails is repeated with all of them.
    ///
    /// `archive` gets the number of layers, from the bottom, whose blobs to leave out.
    package func loadMissing(
        diffIDs: [EngineDigest], archive: @Sendable (Int) -> ImageArchive
    ) async throws -> (image: LoadedImage, leftOut: Int) {
        let present = try await layers().leading(of: diffIDs)
        if present > 0 {
            // Another process may have removed the image that held them: then the engine wants the files after all.
            if let image = try? await load(archive(present)), image.diffIDs == diffIDs { return (image, present) }
            try Task.checkCancellation()
        }
        return (try await load(archive(0)), 0)
    }
}
