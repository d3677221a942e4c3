internal import BerthSystem

/// What a job may do with the cache on a bare host, with GitHub's rules for triggers that strangers can set off.
struct CacheMode {
    let mayRead: Bool
    let maySave: Bool
    /// What says so; nil where nothing forbids anything.
    let reason: String?

    private init(mayRead: Bool, maySave: Bool, _ reason: String?) {
        (self.mayRead, self.maySave, self.reason) = (mayRead, maySave, reason)
    }

    /// Events that run with the default branch's scope, and whose cause may be a stranger.
    private static let untrusted: Set = ["pull_request_target", "issue_comment", "workflow_run"]

    /// By the option, else `$ACTIONS_CACHE_MODE` (read, write, write-only, none), else `$GITHUB_EVENT_NAME`.
    ///
    /// Throws `.usage` where the mode is a word that nobody knows.
    init(isReadOnly: Bool) throws {
        let (mode, event) = (Machine.environment("ACTIONS_CACHE_MODE"), Machine.environment("GITHUB_EVENT_NAME"))
        let why = mode.map { "ACTIONS_CACHE_MODE=\($0.escaped)" }
        switch mode {
        case "none": self.init(mayRead: false, maySave: false, why)
        case "write-only": self.init(mayRead: false, maySave: !isReadOnly, why)
        case "read": self.init(mayRead: true, maySave: false, why)
        case nil, "write":
            let isUntrusted = event.map(Self.untrusted.contains) ?? false
            let reason = isReadOnly ? "--read-only" : isUntrusted ? "GITHUB_EVENT_NAME=\(event ?? "")" : nil
            self.init(mayRead: true, maySave: reason == nil, reason)
        default:
            throw BerthError(
                .usage, "\(mode?.escaped ?? "") is no mode of a cache", place: "$ACTIONS_CACHE_MODE",
                remedy: "set it to read, write, write-only or none, or unset it")
        }
    }

    /// What a command says that does nothing because of it.
    func note(_ verb: String) -> String { "note: nothing was \(verb): \(reason ?? "") does not allow it here\n" }
}
