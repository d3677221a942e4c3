internal import BerthArchive
package import BerthEngine
package import BerthReport
package import BerthStore
internal import BerthSystem

/// Puts a version into an engine and checks what came of it.
package struct ImageLoader: Sendable {
    let store: Store
    let engine: any Engine
    let progress: any ProgressSink

    package init(store: Store, engine: any Engine, progress: any ProgressSink) {
        self.store = store
        self.engine = engine
        self.progress = progress
    }

    /// A version in an engine.
    package struct Loaded: Sendable {
        package let names: [String]
        package let id: EngineDigest
        package let platform: Platform
        /// Layers that the engine had already and that were not sent.
        package let leftOut: Int
    }

    /// Loads one platform: the one asked for, else the engine's own where the version has it, else the first.
    package func load(_ version: Version, platform wanted: Platform? = nil) async throws -> Loaded {
        let image = try await choose(version, wanted)
        let archive = try HybridArchive(version, platforms: [image], store: store)
        let diffIDs = image.layers.compactMap { EngineDigest("\($0.diffID)") }
        let step = "load \(version.reference)"
        progress.report(.started(step: step, total: image.size.value, unit: .bytes))
        let result = try await engine.loadMissing(diffIDs: diffIDs) { leaveOut in
            ImageArchive(names: archive.names) { sink in
                let counter = ProgressCounter(step, progress)
                try await archive.pieces(leaveOut: leaveOut).write { bytes in
                    try await sink.write(bytes)
                    counter.add(Int64(bytes.count))
                }
            }
        }
        try check(result.image, diffIDs, version)
        let note =
            result.leftOut > 0 ? "\(result.leftOut) of \(diffIDs.count) layers were there" : "\(diffIDs.count) layers"
        progress.report(.ended(step: step, note: note))
        return Loaded(
            names: archive.names, id: result.image.id, platform: image.platform, leftOut: result.leftOut)
    }

    /// The engine must have made the very image that was sent: its layers say so, whatever it calls it.
    private func check(_ image: LoadedImage, _ diffIDs: [EngineDigest], _ version: Version) throws {
        guard image.diffIDs != diffIDs else { return }
        throw BerthError(
            .damaged, "the engine holds other layers under \(version.reference) than were sent",
            place: engine.address.location, remedy: "remove the image from the engine and load it again")
    }

    private func choose(_ version: Version, _ wanted: Platform?) async throws -> PlatformImage {
        let all = version.platforms
        if let wanted { return try version.required(wanted) }
        let own = try await engine.facts().platform
        guard let image = all.first(where: { "\($0.platform)" == "\(own)" }) ?? all.first else {
            throw BerthError(.damaged, "\(version.reference) holds no image", remedy: "build it again")
        }
        return image
    }
}
