internal import BerthSystem

extension PodmanEngine {
    package func contents() async throws -> EngineContents {
        let images = try await Relisting.read(whereGone: Relisting.lostImage) {
            try await decode([PodmanMessages.ImageSummary].self, ["images", "--format", "json"])
        }
        let containers = try await decode(
            [DockerMessages.ContainerSummary].self, ["ps", "--all", "--format", "json"])
        return EngineContents(
            images: images.compactMap(\.listed).sorted { $0.id < $1.id },
            containers: containers.compactMap(\.listed).sorted { $0.name < $1.name })
    }

    package func release(_ names: [String]) async throws -> Bool {
        for name in names {
            // podman-image-rm(1): 1 means that there is no such image, 2 that something uses it.
            let outcome = try await run(["image", "rm", name])
            switch outcome.code {
            case 0, 1: continue
            case 2: return false
            default: throw trouble(outcome, while: "image rm")
            }
        }
        return true
    }
}
