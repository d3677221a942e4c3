internal import BerthReport
internal import BerthSystem

/// One repository of a registry, by the verbs of the OCI distribution specification.
package struct RegistryClient: Sendable {
    package let repository: Repository
    let endpoint: Address
    let exchange: Exchange
    let authority: RegistryAuthority
    let progress: any ProgressSink

    var policy: FetchPolicy { exchange.policy }

    /// The address of something in the repository.
    func address(_ rest: String) -> Address { endpoint.appending(plain: "v2/\(repository.path)/\(rest)") }

    /// Does `work` until it succeeds or the policy's bounds are reached; a `Fault` becomes a `BerthError` about `name`.
    func trying<Result>(
        _ name: String, at address: Address, _ work: () async throws -> Result
    ) async throws -> Result {
        var course = RetryCourse(name, at: address, in: self)
        while true {
            do { return try await work() } catch let fault as Fault {
                try await course.rest(after: fault)
            }
        }
    }

    /// The error for a person after the last try.
    func failure(_ fault: Fault, of name: String, at address: Address, tries: Int) async -> BerthError {
        var error = Route.failure(fault, of: name, at: address, tries: tries)
        switch fault {
        case .refused(407): break
        case .refused: error.remedy = await authority.remedy
        case .missing:
            error.what = "the registry has no \(name.escaped)"
            error.remedy =
                "check the name; some registries answer so where rights are missing: \(await authority.remedy)"
        case .wrongContent, .otherSize:
            error.remedy = "ask whoever runs the registry; what it serves is not what was named"
        case .trouble, .noResume: error.remedy = "run the same command again later; what has arrived is not sent again"
        case .page, .untrusted, .unusable: break
        }
        return error
    }
}

/// The tries of one piece of work and the waits between them.
struct RetryCourse {
    private let name: String
    private let address: Address
    private let client: RegistryClient
    private var route: Route
    private let end: SuspendingClock.Instant

    init(_ name: String, at address: Address, in client: RegistryClient) {
        self.name = name
        self.address = address
        self.client = client
        route = Route([address], policy: client.policy)
        end = SuspendingClock.now + client.policy.total
    }

    /// Throws a fault once the time for all of it is over, for work that goes on without any.
    func checkTime() throws {
        guard SuspendingClock.now < end else { throw Fault.trouble("the time for one file is over") }
    }

    /// Waits as long as the fault asks for; throws when trying on would bring nothing.
    mutating func rest(after fault: Fault, progressed: Bool = false) async throws {
        let wait = route.note(fault, progressed: progressed)
        guard route.next != nil, SuspendingClock.now + wait < end else {
            throw await client.failure(fault, of: name, at: address, tries: route.tries)
        }
        FetchProgress(client.progress).retry(name, fault, at: address, wait: wait)
        try await Task.sleep(for: wait)
    }
}
