internal import AsyncHTTPClient
internal import BerthSystem
internal import NIOCore
internal import NIOHTTP1

extension DockerEngine {
    package func build(
        _ request: BuildRequest, receive: @Sendable @escaping ([UInt8]) async throws -> Void
    ) async throws {
        let program = try Programs.require(
            "docker",
            remedy: "install the docker program (on Debian 'apt-get install docker.io'), or use --engine podman")
        let environment = ["DOCKER_HOST": address.location]
        try await ProgramBuild(program: program, name: "docker", environment: environment).run(request) { image in
            try await within(request.limit, "saving the built image") { try await save(image, receive: receive) }
        } remove: { image in
            try await remove(image)
        }
    }

    private func save(_ image: String, receive: @Sendable ([UInt8]) async throws -> Void) async throws {
        var call = DockerClient.Call(.GET, "/images/\(image)/get")
        call.limit = .seconds(600)
        let answer = try await client.send(call)
        guard answer.status == .ok else { throw try await client.refusal(answer, call) }
        for try await piece in answer.body { try await receive(Array(piece.readableBytesView)) }
    }
}
