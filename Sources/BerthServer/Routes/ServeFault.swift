internal import BerthArchive
internal import BerthCache
internal import BerthSystem
internal import Hummingbird

/// Why the service refuses a request.
enum ServeFault: Error, Sendable {
    case noToken
    case readOnly
    case noRoute
    case noEntry
    case tooLarge(ByteCount)
    case slow
    /// The store lost a part of the entry.
    case lost(BerthError)
    case noKeys
    /// What a job sent of its own makes no key.
    case unusable(BerthError)
}

/// A refusal on its way to the client.
struct Refused: Sendable {
    let status: HTTPResponse.Status
    let refusal: ServiceRefusal

    private init(_ status: HTTPResponse.Status, _ code: String, _ message: String, _ remedy: String?) {
        self.status = status
        refusal = ServiceRefusal(code: code, message: message, remedy: remedy)
    }

    init(_ error: any Error) {
        switch error {
        case let fault as ServeFault: self.init(fault)
        case let conflict as EntryConflict:
            self.init(.conflict, "conflict", conflict.error.what, conflict.error.remedy)
        case let error as BerthError: self.init(error)
        default: self.init(.internalServerError, "failed", "the service failed", "see what berth serve says")
        }
    }

    private init(_ fault: ServeFault) {
        switch fault {
        case .noToken:
            self.init(
                .unauthorized, "unauthorized", "no token, or one that is unknown, expired or revoked",
                "give the job a token of its own: berth serve token")
        case .readOnly:
            self.init(
                .forbidden, "read_only", "this job may read caches, and not save them",
                "save from a job that strangers cannot set off, such as one of a push")
        case .noRoute: self.init(.notFound, "no_route", "there is nothing at this address", "see the reference")
        case .noEntry: self.init(.notFound, "no_entry", "this job can see no such entry", "look the key up again")
        case .tooLarge(let limit):
            self.init(
                .contentTooLarge, "too_large", "it is larger than \(limit)", "leave out what can be made again fast")
        case .slow:
            self.init(.requestTimeout, "slow", "next to nothing came for too long", "run the same command again")
        case .lost(let error): self.init(.notFound, "damaged", error.what, "go on without the cache")
        case .unusable(let error):
            let place = error.place?.split(separator: "\n").joined(separator: "; ")
            let words = [error.what, place, error.done].compactMap(\.self).joined(separator: "; ")
            self.init(.badRequest, "invalid", words, error.remedy)
        case .noKeys:
            self.init(.notImplemented, "no_profiles", "this service makes no keys from lockfiles", "pass --key")
        }
    }

    /// Where things lie on this machine is nobody's business: a message's place is left out.
    private init(_ error: BerthError) {
        let words = [error.what, error.done].compactMap(\.self).joined(separator: "; ")
        switch error.status {
        case .usage: self.init(.badRequest, "invalid", words, error.remedy)
        case .damaged: self.init(.unprocessableContent, "refused", words, error.remedy)
        case .noSpace:
            self.init(.init(code: 507, reasonPhrase: "Insufficient Storage"), "no_space", words, error.remedy)
        case .missed: self.init(.notFound, "no_entry", words, error.remedy)
        case .locked, .temporary: self.init(.serviceUnavailable, "busy", words, error.remedy)
        default: self.init(.internalServerError, "failed", words, error.remedy)
        }
    }
}
