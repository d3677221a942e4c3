internal import AsyncHTTPClient
internal import BerthSystem
internal import Foundation
internal import NIOCore
internal import NIOHTTP1

extension DockerEngine {
    package func run(_ request: RunRequest) async throws -> RunOutcome {
        let id = try await create(request)
        let result: Result<RunOutcome, any Error>
        do { result = .success(try await perform(id, request)) } catch { result = .failure(error) }
        try await discard(id, unlessFailed: result)
        return try result.get()
    }

    private func create(_ request: RunRequest) async throws -> String {
        var query: [(String, String)] = []
        if let platform = request.platform { query.append(("platform", platform.description)) }
        let call = try DockerClient.Call(.POST, "/containers/create", query: query).sending(DockerContainer(request))
        let answer = try await client.send(call)
        if answer.status == .notFound { throw EngineTrouble.noImage(request.image).error(at: address.location) }
        guard answer.status == .created else {
            throw try await client.refusal(answer, call, platform: request.platform)
        }
        let bytes = try await answer.body.collect(upTo: 1 << 20)
        return try JSONDecoder().decode(DockerMessages.Created.self, from: Data(bytes.readableBytesView)).id
    }

    private func perform(_ id: String, _ request: RunRequest) async throws -> RunOutcome {
        if let refused = try await start(id, request) { return refused }
        let clock = ContinuousClock()
        let began = clock.now
        do {
            try await within(request.limit, request.line) {
                var wait = DockerClient.Call(.POST, "/containers/\(id)/wait")
                wait.limit = request.limit + .seconds(30)
                _ = try await client.collect(wait)
            }
        } catch let error as BerthError where error.status == .temporary && clock.now - began >= request.limit {
            throw request.tookTooLong(try await said(id, request).outcome(code: 137))
        }
        let container = try await client.read(DockerMessages.Container.self, .init(.GET, "/containers/\(id)/json"))
        let state = container.state
        let outcome = try await said(id, request).outcome(
            code: state.exitCode, outOfMemory: request.wasOutOfMemory(state.exitCode, said: state.outOfMemory, false))
        return try request.checked(outcome, at: address.location)
    }

    /// Starts it; an outcome comes back when the command isn't there or can't be run, as a shell would say it.
    private func start(_ id: String, _ request: RunRequest) async throws -> RunOutcome? {
        let call = DockerClient.Call(.POST, "/containers/\(id)/start")
        let answer = try await client.send(call)
        guard !(200..<400).contains(answer.status.code) else { return nil }
        let words = DockerClient.message(try await answer.body.collect(upTo: 1 << 20)) ?? "\(answer.status)"
        if let code = RunRequest.codeOfUnstarted(words) { return RunOutcome(code: code, output: "", errors: words) }
        throw EngineTrouble.reading(words, while: "starting a container", platform: request.platform)
            .error(at: address.location)
    }

    /// Reads both outputs back from the log, once the command is over: following it, Podman 4 loses the end.
    private func said(_ id: String, _ request: RunRequest) async throws -> OutputLog {
        let call = DockerClient.Call(.GET, "/containers/\(id)/logs", query: [("stdout", "1"), ("stderr", "1")])
        let answer = try await client.send(call)
        guard answer.status == .ok else { throw try await client.refusal(answer, call) }
        var log = OutputLog(limit: request.outputLimit)
        do {
            for try await piece in answer.body { log.add(frames: Array(piece.readableBytesView)) }
        } catch { throw client.meaning(of: error) }
        return log
    }

    /// Removes the container even when this task was cancelled; a failure counts only if nothing failed before.
    private func discard(_ id: String, unlessFailed result: Result<RunOutcome, any Error>) async throws {
        let removal = Task { [client] in
            let query = [("force", "true"), ("v", "true")]
            let answer = try await client.send(.init(.DELETE, "/containers/\(id)", query: query))
            guard answer.status == .noContent || answer.status == .notFound else {
                throw BerthError(
                    .partial, "the container \(id.prefix(12)) could not be removed", place: client.address.location,
                    remedy: "remove it with 'docker rm --force \(id.prefix(12))'")
            }
        }
        do { try await removal.value } catch { if case .success = result { throw error } }
    }
}
