/// What an engine holds: its images, and the containers that use some of them.
package struct EngineContents: Sendable, Equatable {
    /// One image by the engine's own id.
    package struct Image: Sendable, Equatable {
        package let id: EngineDigest
        package let names: [String]
        /// Bytes by the engine's count, with the layers that it shares with others.
        package let size: Int64

        package init(id: EngineDigest, names: [String], size: Int64) {
            self.id = id
            self.names = names
            self.size = size
        }
    }

    /// One container, in any state: a stopped one needs its image to start again.
    package struct Container: Sendable, Equatable {
        package let name: String
        package let image: EngineDigest

        package init(name: String, image: EngineDigest) {
            self.name = name
            self.image = image
        }
    }

    package var images: [Image]
    package var containers: [Container]

    package init(images: [Image], containers: [Container]) {
        self.images = images
        self.containers = containers
    }
}
