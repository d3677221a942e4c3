internal import AsyncHTTPClient
internal import BerthSystem
internal import NIOCore
internal import NIOHTTP1

extension DockerEngine {
    package func contents() async throws -> EngineContents {
        let images = try await images()
        let containers = try await client.read(
            [DockerMessages.ContainerSummary].self, .init(.GET, "/containers/json", query: [("all", "true")]))
        return EngineContents(
            images: images.compactMap(\.listed).sorted { $0.id < $1.id },
            containers: containers.compactMap(\.listed).sorted { $0.name < $1.name })
    }

    /// All images.
    func images() async throws -> [DockerMessages.ImageSummary] {
        try await Relisting.read(whereGone: Relisting.lostImage) {
            try await client.read([DockerMessages.ImageSummary].self, .init(.GET, "/images/json"))
        }
    }

    package func release(_ names: [String]) async throws -> Bool {
        for name in names {
            let call = DockerClient.Call(.DELETE, "/images/\(name)")
            let answer = try await client.send(call)
            switch answer.status {
            case .ok, .notFound: _ = try await answer.body.collect(upTo: 1 << 20)
            case .conflict: return false
            default: throw try await client.refusal(answer, call)
            }
        }
        return true
    }
}
