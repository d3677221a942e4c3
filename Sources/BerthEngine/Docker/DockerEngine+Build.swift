internal import AsyncHTTPClient
internal import BerthSystem
internal import NIOCore
internal import NIOHTTP1
internal import SystemPackage

extension DockerEngine {
    package func build(
        _ request: BuildRequest, receive: @Sendable @escaping ([UInt8]) async throws -> Void
    ) async throws {
        let program = try Programs.require(
            "docker",
            remedy: "install the docker program (on Debian 'apt-get install docker.io'), or use --engine podman")
        let build = try await build(by: program)
        try await build.run(request) { image in
            try await within(request.limit, "saving the built image") { try await save(image, receive: receive) }
        } remove: { image in
            try await remove(image)
        }
    }

    /// BuildKit where both sides have it: the builder before it can't start from scratch for a foreign platform.
    private func build(by program: FilePath) async throws -> ProgramBuild {
        var build = ProgramBuild(program: program, name: "docker", environment: ["DOCKER_HOST": address.location])
        guard try await facts().kind == .docker else { return build.with("DOCKER_BUILDKIT", "0") }
        if try await Command(program, ["buildx", "version"]).run().succeeded {
            // An attestation would make the image an index that older engines don't save whole (moby#45600).
            build.verb = ["buildx", "build", "--load", "--provenance=false"]
            return build
        }
        let words = try await Command(program, ["--version"]).output().split(separator: " ")
        let major = words.count > 2 ? Int(words[2].prefix { $0.isNumber }) : nil
        // From 23 on the program has BuildKit only in the plug-in; before, it is built in.
        return build.with("DOCKER_BUILDKIT", (major ?? 99) < 23 ? "1" : "0")
    }

    private func save(_ image: String, receive: @Sendable ([UInt8]) async throws -> Void) async throws {
        var call = DockerClient.Call(.GET, "/images/\(image)/get")
        call.limit = .seconds(600)
        let answer = try await client.send(call)
        guard answer.status == .ok else { throw try await client.refusal(answer, call) }
        for try await piece in answer.body { try await receive(Array(piece.readableBytesView)) }
    }
}

extension ProgramBuild {
    fileprivate func with(_ variable: String, _ value: String) -> ProgramBuild {
        ProgramBuild(
            program: program, name: name, environment: environment.merging([variable: value]) { $1 }, verb: verb)
    }
}
