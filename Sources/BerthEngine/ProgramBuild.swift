internal import BerthSystem
internal import Foundation
internal import SystemPackage

/// A Dockerfile built by the `docker` or `podman` program under a name of its own, handed on and removed.
struct ProgramBuild: Sendable {
    let program: FilePath
    let name: String
    let environment: [String: String]
    /// What stands before the options: `build`, or more where a plug-in does it.
    var verb = ["build"]

    /// Builds, hands the image's name to `save`, and removes the image whatever happened.
    func run(
        _ request: BuildRequest, save: @Sendable (String) async throws -> Void,
        remove: @Sendable @escaping (String) async throws -> Bool
    ) async throws {
        let image = "localhost/berth-build:\(UUID().uuidString.lowercased())"
        let result: Result<Void, any Error>
        do {
            try await build(request, image)
            result = .success(try await save(image))
        } catch { result = .failure(error) }
        // The removal must not be cancelled with the task that built.
        _ = await Task { try await remove(image) }.result
        try result.get()
    }

    private func build(_ request: BuildRequest, _ image: String) async throws {
        let file = request.folder.pushing(FilePath(request.file))
        guard Files.exists(file) else {
            throw BerthError(.usage, "the recipe's Dockerfile is not there", place: file.string)
        }
        var list = verb
        list += ["--platform", request.platform.description, "--file", file.string, "--tag", image]
        for (key, value) in request.arguments.sorted(by: { $0.key < $1.key }) {
            list += ["--build-arg", "\(key)=\(value)"]
        }
        if let network = request.network.name { list += ["--network", network] }
        var command = Command(program, list + [request.folder.string])
        command.environment = environment
        command.limit = request.limit
        let outcome = try await command.run()
        guard outcome.succeeded else { throw trouble(outcome, request) }
    }

    /// The builder's own last words: they name the step that failed.
    private func trouble(_ outcome: Command.Outcome, _ request: BuildRequest) -> BerthError {
        let words = String((outcome.output + outcome.errors).suffix(4000))
        if words.contains("does not match the specified platform") {
            return BerthError(
                .failed, "Docker's old builder can't build for \(request.platform) here", place: request.folder.string,
                done: words, remedy: "install Docker's buildx plug-in (on Debian 'apt-get install docker-buildx')")
        }
        let known = EngineTrouble.reading(words, while: "\(name) build", platform: request.platform)
        if case .failed = known {
            return BerthError(
                .failed, "\(name) build failed with exit code \(outcome.code)", place: request.folder.string,
                done: words, remedy: "repair the Dockerfile; '\(name) build \(request.folder.string)' shows the same")
        }
        return known.error(at: request.folder.string)
    }
}
