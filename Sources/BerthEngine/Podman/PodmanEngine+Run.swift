internal import BerthSystem
internal import Foundation
internal import SystemPackage

extension PodmanEngine {
    package func run(_ request: RunRequest) async throws -> RunOutcome {
        let name = "berth-\(UUID().uuidString.lowercased())"
        let result: Result<RunOutcome, any Error>
        do { result = .success(try await perform(name, request)) } catch { result = .failure(error) }
        // The removal must not be cancelled with the task that ran the command.
        let removal = Task { _ = try await output(["rm", "--force", "--ignore", "--time", "0", "--volumes", name]) }
        do { try await removal.value } catch { if case .success = result { throw error } }
        return try result.get()
    }

    private func perform(_ name: String, _ request: RunRequest) async throws -> RunOutcome {
        let clock = ContinuousClock()
        let began = clock.now
        // Podman ends the container itself in time, so that its output is kept; the limit here is for podman.
        var limited = command(arguments(name, request), limit: request.limit + .seconds(30))
        limited.outputLimit = 256 << 20
        let ended = try await limited.run()
        if let state = try await state(of: name), state.status != "created", state.status != "configured" {
            let late = clock.now - began >= request.limit
            let outcome = outcome(
                ended, state.exitCode, request, request.wasOutOfMemory(state.exitCode, said: state.outOfMemory, late))
            if late, outcome.code != 0 { throw request.tookTooLong(outcome) }
            return try request.checked(outcome, at: program.string)
        }
        if ended.errors.contains("image not known") || ended.errors.contains("no such image") {
            throw EngineTrouble.noImage(request.image).error(at: program.string)
        }
        if let code = RunRequest.codeOfUnstarted(ended.errors), ended.code == 126 || ended.code == 127 {
            return outcome(ended, code, request, false)
        }
        throw trouble(ended, while: "run", platform: request.platform)
    }

    private func outcome(
        _ ended: Command.Outcome, _ code: Int32, _ request: RunRequest, _ outOfMemory: Bool
    ) -> RunOutcome {
        RunOutcome(
            code: code, output: String(ended.output.suffix(request.outputLimit)),
            errors: String(ended.errors.suffix(request.outputLimit)), outOfMemory: outOfMemory)
    }

    private func state(of name: String) async throws -> PodmanMessages.Container.State? {
        let found = try await run(["container", "inspect", name])
        guard found.succeeded else { return nil }
        return try JSONDecoder().decode([PodmanMessages.Container].self, from: Data(found.output.utf8)).first?.state
    }

    private func arguments(_ name: String, _ request: RunRequest) -> [String] {
        var list = [
            "run", "--name", name, "--pull", "never", "--timeout",
            "\(request.limit.wholeSeconds)", "--pids-limit", "\(request.processes)",
        ]
        for (label, value) in RunRequest.labels.sorted(by: { $0.key < $1.key }) {
            list += ["--label", "\(label)=\(value)"]
        }
        for (key, value) in request.environment.sorted(by: { $0.key < $1.key }) {
            list += ["--env", "\(key)=\(value)"]
        }
        if let network = request.network.name { list += ["--network", network] }
        if let platform = request.platform { list += ["--platform", platform.description] }
        if let user = request.user { list += ["--user", user] }
        if let directory = request.directory { list += ["--workdir", directory] }
        if let memory = request.memory { list += ["--memory", "\(memory)b", "--memory-swap", "\(memory)b"] }
        for bind in request.binds {
            list += ["--volume", "\(bind.source.string):\(bind.target)\(bind.readOnly ? ":ro" : "")"]
        }
        list += ["--entrypoint", request.command.first ?? "", request.image]
        return list + request.command.dropFirst()
    }
}
