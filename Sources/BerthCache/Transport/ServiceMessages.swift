package import BerthArchive
internal import BerthRegistry
internal import BerthSystem
internal import Foundation

/// The answer to a lookup.
package struct LookupAnswer: Sendable, Codable {
    package enum Hit: String, Sendable, Codable { case exact, prefix, miss }
    package let hit: Hit
    package let entry: EntrySummary?
    /// What the entry consists of now: parts of its stream fit together as long as it does.
    package let state: Digest?
    /// The lookup itself, for the streams that follow.
    package let lookup: LookupHandle?

    package init(_ found: FoundEntry?, state: Digest? = nil) {
        hit = found.map { $0.isExact ? .exact : .prefix } ?? .miss
        (entry, self.state, lookup) = (found?.summary, state, found?.lookup)
    }
}

/// The answer to a save.
package struct SaveAnswer: Sendable, Codable {
    package enum Outcome: String, Sendable, Codable { case saved, present }
    package let saved: Outcome
    package let entry: EntrySummary

    package init(_ outcome: LocalCache.Saved) {
        switch outcome {
        case .saved(let entry): (saved, self.entry) = (.saved, EntrySummary(entry))
        case .present(let entry): (saved, self.entry) = (.present, EntrySummary(entry))
        }
    }
}

/// What a service says when it refuses something.
package struct ServiceRefusal: Sendable, Codable, Equatable {
    /// For programs; docs/reference/cache-service.md lists them.
    package let code: String
    package let message: String
    package let remedy: String?

    package init(code: String, message: String, remedy: String?) {
        (self.code, self.message, self.remedy) = (code, message, remedy)
    }
}

/// Answers of a service in our words.
enum ServiceMessages {
    /// Reads an answer; throws what the service says instead of one.
    static func read<Answer: Decodable>(_ reply: ServiceReply) throws -> Answer {
        guard (200..<300).contains(reply.status) else { throw error(reply) }
        do { return try JSONDecoder().decode(Answer.self, from: Data(reply.body)) } catch {
            throw BerthError(
                .temporary, "the cache service gave an answer that can't be read",
                remedy: "see that it is a `berth serve` of the same version", cause: error)
        }
    }

    /// Whether the job's token lets it read caches, and not save them.
    static func isReadOnly(_ reply: ServiceReply) -> Bool { reply.status == 403 }

    static func error(_ reply: ServiceReply) -> BerthError {
        let said = try? JSONDecoder().decode(ServiceRefusal.self, from: Data(reply.body))
        let status: ExitStatus =
            switch reply.status {
            case 401: .authenticationNeeded
            case 400, 403, 413: .usage
            case 404: said?.code == "damaged" ? .damaged : .missed
            case 422: .damaged
            case 507: .noSpace
            case 409: .failed
            default: .temporary
            }
        return BerthError(
            status, said?.message.escaped ?? "the cache service answered \(reply.status)",
            remedy: said?.remedy?.escaped ?? "go on without the cache")
    }
}
