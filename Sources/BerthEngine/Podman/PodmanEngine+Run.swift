internal import BerthSystem
internal import Foundation
internal import Synchronization
internal import SystemPackage

extension PodmanEngine {
    package func run(_ request: RunRequest) async throws -> RunOutcome {
        let name = "berth-\(UUID().uuidString.lowercased())"
        // Podman's monitor writes a file called "oom" where podman runs: not into a user's folder.
        let place = FilePath(NSTemporaryDirectory()).appending(name)
        try Files.makeDirectory(place, mode: 0o700)
        let result: Result<RunOutcome, any Error>
        do { result = .success(try await perform(name, request, in: place)) } catch { result = .failure(error) }
        // The removal must not be cancelled with the task that ran the command.
        let removal = Task { _ = try await output(["rm", "--force", "--ignore", "--time", "0", "--volumes", name]) }
        do {
            try await removal.value
            try Files.removeTree(place)
        } catch { if case .success = result { throw error } }
        return try result.get()
    }

    private func perform(_ name: String, _ request: RunRequest, in place: FilePath) async throws -> RunOutcome {
        let clock = ContinuousClock()
        let began = clock.now
        let (code, said) = try await start(name, request, in: place)
        let errors = said.outcome(code: code).errors
        if let state = try await state(of: name), state.status != "created", state.status != "configured" {
            let late = clock.now - began >= request.limit
            let starved = request.wasOutOfMemory(
                state.exitCode, said: state.outOfMemory == true || Files.exists(place.appending("oom")), late)
            let outcome = said.outcome(code: state.exitCode, outOfMemory: starved)
            if late, outcome.code != 0 { throw request.tookTooLong(outcome) }
            return try request.checked(outcome, at: program.string)
        }
        if errors.contains("image not known") || errors.contains("no such image") {
            throw EngineTrouble.noImage(request.image).error(at: program.string)
        }
        if let code = RunRequest.codeOfUnstarted(errors) {
            return said.outcome(code: code)
        }
        throw trouble(
            Command.Outcome(code: code, output: "", errors: errors), while: "run", platform: request.platform)
    }

    /// Runs podman to its end; gives its exit code and the last of what the command and podman said.
    private func start(
        _ name: String, _ request: RunRequest, in place: FilePath
    ) async throws -> (code: Int32, said: OutputLog) {
        // Podman ends the container itself in time; the limit here is for podman.
        var limited = command(arguments(name, request), limit: request.limit + .seconds(30))
        limited.directory = place
        let log = SharedLog(limit: request.outputLimit)
        let code = try await limited.run(
            receiving: { log.add($0, errors: false) }, errors: { log.add($0, errors: true) })
        return (code, log.said)
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

/// One log that both outputs are written to at once.
private final class SharedLog: Sendable {
    private let log: Mutex<OutputLog>

    init(limit: Int) { log = Mutex(OutputLog(limit: limit)) }

    var said: OutputLog { log.withLock { $0 } }

    func add(_ bytes: [UInt8], errors: Bool) { log.withLock { $0.add(bytes, errors: errors) } }
}
