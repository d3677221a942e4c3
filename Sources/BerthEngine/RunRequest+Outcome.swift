internal import BerthSystem

extension RunRequest {
    /// The command as one line, for messages.
    var line: String { "'\(command.joined(separator: " ").escaped.prefix(200))' in \(image.escaped)" }

    /// The exit code that a shell gives for a command that never started; nil when something else is wrong.
    static func codeOfUnstarted(_ words: String) -> Int32? {
        let low = words.lowercased()
        if low.contains("exec format error") { return nil }
        if low.contains("executable file not found") || low.contains("no such file or directory") { return 127 }
        if low.contains("permission denied") && low.contains("exec") { return 126 }
        return nil
    }

    /// Whether a command ended for want of memory: Podman does not notice under the first version of control groups,
    /// but there only the kernel kills a program that runs alone under a memory limit.
    func wasOutOfMemory(_ code: Int32, said: Bool?, _ late: Bool) -> Bool {
        said == true || (code == 137 && memory != nil && !late)
    }

    /// The error of a command that was ended because its time was up, with the last it said.
    func tookTooLong(_ outcome: RunOutcome) -> BerthError {
        let last = (outcome.output + outcome.errors).suffix(2000)
        return BerthError(
            .failed, "\(line) took longer than \(limit)",
            done: "the container was ended and removed" + (last.isEmpty ? "" : "; it last said: \(last)"),
            remedy: "give it more time, or see why it waits")
    }

    /// The outcome, unless it only says that the processor can't run the program.
    func checked(_ outcome: RunOutcome, at place: String) throws -> RunOutcome {
        guard outcome.code != 0, outcome.errors.lowercased().contains("exec format error"), outcome.output.isEmpty
        else { return outcome }
        throw EngineTrouble.cannotRunPlatform(platform, outcome.errors).error(at: place)
    }
}
