internal import BerthSystem

extension PodmanEngine {
    package func build(
        _ request: BuildRequest, receive: @Sendable @escaping ([UInt8]) async throws -> Void
    ) async throws {
        try await ProgramBuild(program: program, name: "podman", environment: environment).run(request) { image in
            var saving = command(["save", "--format", "docker-archive", image], limit: request.limit)
            saving.outputLimit = 1 << 20
            let outcome = try await saving.run(receiving: receive)
            guard outcome.succeeded else { throw trouble(outcome, while: "save") }
        } remove: { image in
            try await remove(image)
        }
    }
}
