internal import AsyncHTTPClient
internal import BerthSystem
internal import Foundation
internal import NIOCore
internal import NIOHTTP1
internal import SystemPackage

/// Docker, or Podman's Docker-compatible service, over its HTTP API.
package struct DockerEngine: Engine {
    package let address: EngineAddress
    let client: DockerClient

    /// The oldest API that has all that Berth uses: `platform` at a container's making (Docker 20.10).
    private static let oldest = APIVersion(major: 1, minor: 41)
    /// The newest API that this was written for; engines keep older ones.
    private static let newest = APIVersion(major: 1, minor: 51)

    /// Asks the engine which API it speaks and settles on the newest that both know.
    package init(connecting address: EngineAddress) async throws {
        self.address = address
        let bare = DockerClient(address: address)
        let answer = try await bare.send(.init(.GET, "/_ping"))
        guard answer.status == .ok, let offered = answer.headers.first(name: "Api-Version").flatMap(APIVersion.init)
        else {
            throw BerthError(
                .failed, "what answers there is no Docker-compatible engine", place: address.location,
                done: "asked for /_ping, got \(answer.status)",
                remedy: "name the engine's socket with --engine unix:///path/to/socket")
        }
        guard offered >= Self.oldest else {
            throw EngineTrouble.tooOld(api: "\(offered)", needed: "\(Self.oldest)").error(at: address.location)
        }
        client = DockerClient(address: address, version: "\(min(offered, Self.newest))")
    }

    package func facts() async throws -> EngineFacts {
        let version = try await client.read(DockerMessages.Version.self, .init(.GET, "/version"))
        let info = try await client.read(DockerMessages.Info.self, .init(.GET, "/info"))
        let podman = version.components?.contains { $0.name == "Podman Engine" } ?? false
        let containerd = info.driverStatus?.contains { $0.count == 2 && $0[1].contains("containerd.snapshotter") }
        return EngineFacts(
            kind: podman ? .podman : .docker, version: version.version, apiVersion: client.version,
            storageDriver: info.driver,
            imageStore: podman ? .podman : containerd == true ? .containerd : .graphDriver,
            platform: ImagePlatform(system: info.system, architecture: info.architecture),
            memory: info.memory, processors: info.processors)
    }

    package func layers() async throws -> PresentLayers {
        guard try await facts().imageStore == .graphDriver else { return .none }
        let images = try await images()
        let ids = Set(images.map(\.id)).sorted()
        let chains = try await inParallel(ids, limit: 4) { try await inspect($0)?.diffIDs }
        return PresentLayers(chains: chains.compactMap(\.self))
    }

    package func inspect(_ image: String) async throws -> LoadedImage? {
        let call = DockerClient.Call(.GET, "/images/\(image)/json")
        let answer = try await client.send(call)
        if answer.status == .notFound { return nil }
        guard answer.status == .ok else { throw try await client.refusal(answer, call) }
        let bytes = try await answer.body.collect(upTo: 16 << 20)
        let known = try? JSONDecoder().decode(DockerMessages.Image.self, from: Data(bytes.readableBytesView))
        guard let loaded = known?.loaded else {
            throw EngineTrouble.failed("its description of '\(image)' can't be understood", place: call.path).error()
        }
        return loaded
    }

    package func remove(_ image: String) async throws -> Bool {
        let call = DockerClient.Call(.DELETE, "/images/\(image)", query: [("force", "true")])
        let answer = try await client.send(call)
        if answer.status == .notFound { return false }
        guard answer.status == .ok else { throw try await client.refusal(answer, call) }
        return true
    }
}

/// A version of the Docker API: `1.41`.
struct APIVersion: Comparable, CustomStringConvertible {
    let major: Int
    let minor: Int

    init(major: Int, minor: Int) {
        self.major = major
        self.minor = minor
    }

    init?(_ text: String) {
        let parts = text.split(separator: ".").compactMap { Int($0) }
        guard parts.count == 2 else { return nil }
        self.init(major: parts[0], minor: parts[1])
    }

    var description: String { "\(major).\(minor)" }

    static func < (one: APIVersion, other: APIVersion) -> Bool {
        (one.major, one.minor) < (other.major, other.minor)
    }
}
