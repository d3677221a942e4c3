package import BerthEngine
package import BerthReport
package import BerthStore
internal import BerthSystem

/// Makes the names in an engine follow `latest`, where the engine has images of that name at all.
package struct EngineNames: Sendable {
    let store: Store
    let progress: any ProgressSink

    package init(store: Store, progress: any ProgressSink) {
        self.store = store
        self.progress = progress
    }

    /// What became of the engine's names.
    package enum Outcome: Sendable, Equatable {
        /// The engine's `latest` is the version now.
        case set
        /// It was so before.
        case right
        /// The engine has no image that is called `latest` of it, so nobody waits for another one.
        case absent
    }

    /// Loads a version where the engine calls another one `latest`; its layers are mostly there.
    package func follow(_ version: Version, in engine: any Engine) async throws -> Outcome {
        let outcome = try await outlook(version, in: engine)
        if outcome == .set {
            _ = try await ImageLoader(store: store, engine: engine, progress: progress).load(version)
        }
        return outcome
    }

    /// What `follow` would come to; the engine is only asked.
    package func outlook(_ version: Version, in engine: any Engine) async throws -> Outcome {
        let name = "\(EngineName.prefix)\(version.name):latest"
        guard let image = try await engine.contents().images.first(where: { $0.names.contains(name) }) else {
            return .absent
        }
        return try version.engineIdentities.contains(image.id) ? .right : .set
    }
}
