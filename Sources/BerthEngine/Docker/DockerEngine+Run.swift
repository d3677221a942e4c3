internal import AsyncHTTPClient
internal import BerthSystem
internal import Foundation
internal import NIOCore
internal import NIOHTTP1

extension DockerEngine {
    package func run(_ request: RunRequest) async throws -> RunOutcome {
        let name = "berth-\(UUID().uuidString.lowercased())"
        let result: Result<RunOutcome, any Error>
        do {
            // The engine finishes making it even when nobody waits for the answer; only then can it be removed.
            try await Task { try await create(name, request) }.value
            try Task.checkCancellation()
            result = .success(try await perform(name, request))
        } catch { result = .failure(error) }
        try await discard(name, unlessFailed: result)
        return try result.get()
    }

    private func create(_ name: String, _ request: RunRequest) async throws {
        var query = [("name", name)]
        if let platform = request.platform { query.append(("platform", platform.description)) }
        let call = try DockerClient.Call(.POST, "/containers/create", query: query).sending(DockerContainer(request))
        let answer = try await client.send(call)
        if answer.status == .notFound { throw EngineTrouble.noImage(request.image).error(at: address.location) }
        guard answer.status == .created else {
            throw try await client.refusal(answer, call, platform: request.platform)
        }
        _ = try await answer.body.collect(upTo: 1 << 20)
    }

    private func perform(_ name: String, _ request: RunRequest) async throws -> RunOutcome {
        if let refused = try await start(name, request) { return refused }
        let clock = ContinuousClock()
        let began = clock.now
        do {
            try await within(request.limit, request.line) {
                var wait = DockerClient.Call(.POST, "/containers/\(name)/wait")
                wait.limit = request.limit + .seconds(30)
                _ = try await client.collect(wait)
            }
        } catch let error as BerthError where error.status == .temporary && clock.now - began >= request.limit {
            throw request.tookTooLong(try await said(name, request).outcome(code: 137))
        }
        let container = try await client.read(DockerMessages.Container.self, .init(.GET, "/containers/\(name)/json"))
        let state = container.state
        let outcome = try await said(name, request).outcome(
            code: state.exitCode, outOfMemory: request.wasOutOfMemory(state.exitCode, said: state.outOfMemory, false))
        return try request.checked(outcome, at: address.location)
    }

    /// Starts it; an outcome comes back when the command isn't there or can't be run, as a shell would say it.
    private func start(_ name: String, _ request: RunRequest) async throws -> RunOutcome? {
        let call = DockerClient.Call(.POST, "/containers/\(name)/start")
        let answer = try await client.send(call)
        guard !(200..<400).contains(answer.status.code) else { return nil }
        let words = DockerClient.message(try await answer.body.collect(upTo: 1 << 20)) ?? "\(answer.status)"
        if let code = RunRequest.codeOfUnstarted(words) { return RunOutcome(code: code, output: "", errors: words) }
        throw EngineTrouble.reading(words, while: "starting a container", platform: request.platform)
            .error(at: address.location)
    }

    /// Both outputs, once the command is over.
    ///
    /// On a busy machine Docker's log copier may come after the container's end; an empty log is read again, four times
    /// at most, before the command counts as silent.
    private func said(_ name: String, _ request: RunRequest) async throws -> OutputLog {
        for _ in 0..<4 {
            let log = try await readLog(name, request)
            if !log.isEmpty { return log }
            try await Task.sleep(for: .milliseconds(150))
        }
        return try await readLog(name, request)
    }

    /// Reads both outputs back from the log: following it, Podman 4 loses the end.
    private func readLog(_ name: String, _ request: RunRequest) async throws -> OutputLog {
        let call = DockerClient.Call(.GET, "/containers/\(name)/logs", query: [("stdout", "1"), ("stderr", "1")])
        let answer = try await client.send(call)
        guard answer.status == .ok else { throw try await client.refusal(answer, call) }
        var log = OutputLog(limit: request.outputLimit)
        do {
            for try await piece in answer.body { log.add(frames: Array(piece.readableBytesView)) }
        } catch { throw client.meaning(of: error) }
        return log
    }

    /// Removes the container even when this task was cancelled; a failure counts only if nothing failed before.
    private func discard(_ name: String, unlessFailed result: Result<RunOutcome, any Error>) async throws {
        let removal = Task { [client] in
            let query = [("force", "true"), ("v", "true")]
            let answer = try await client.send(.init(.DELETE, "/containers/\(name)", query: query))
            guard answer.status == .noContent || answer.status == .notFound else {
                throw BerthError(
                    .partial, "the container \(name) could not be removed", place: client.address.location,
                    remedy: "remove it with 'docker rm --force \(name)'")
            }
        }
        do { try await removal.value } catch { if case .success = result { throw error } }
    }
}
