/// How the program ends, for scripts; the table in `docs/reference/exit-codes.md` holds the same numbers.
package enum ExitStatus: Int32, Sendable, CaseIterable {
    case ok = 0
    case failed = 1
    case partial = 3
    case authenticationNeeded = 4
    case missed = 5
    case storeMissing = 10
    case locked = 11
    case damaged = 12
    case noSpace = 13
    case usage = 64
    case temporary = 75

    /// One line for the reference.
    package var meaning: String {
        switch self {
        case .ok: "done"
        case .failed: "failed; the message says why and what to do"
        case .partial: "finished, but something is wrong with some items, or they were left out"
        case .authenticationNeeded: "credentials are needed"
        case .missed: "what was named is not there; a restore says so only with --fail-on-miss"
        case .storeMissing: "the store is missing or can't be used"
        case .locked: "another process holds the lock; the message names it"
        case .damaged: "bytes are not what a digest or a signature promised"
        case .noSpace: "no space or quota left"
        case .usage: "wrong arguments, recipe, lock or configuration"
        case .temporary: "network or server trouble, or no mains power for the night; the same call may work later"
        }
    }
}
