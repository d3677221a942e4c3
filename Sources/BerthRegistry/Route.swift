internal import BerthSystem

/// Which address to try next, after what wait, and what to say when none is left: decides, and does nothing itself.
struct Route {
    private let policy: FetchPolicy
    private let addresses: [Address]
    private var open: [Address]
    private var position = 0
    private var fruitless = 0
    private var mismatches = 0
    private var asked: Duration = .zero
    private var faults: [Address: Fault] = [:]
    private(set) var tries = 0

    init(_ addresses: [Address], policy: FetchPolicy) {
        self.policy = policy
        self.addresses = addresses
        open = addresses
    }

    /// The address for the next try; nil when trying on would bring nothing.
    var next: Address? { open.isEmpty ? nil : open[position] }

    /// Takes note of a failed try at `next`; the result is how long to wait before the one after it.
    mutating func note(_ fault: Fault, progressed: Bool = false) -> Duration {
        guard let address = next else { return .zero }
        tries += 1
        faults[address] = fault
        switch fault {
        case .missing, .refused, .page, .otherSize, .unusable, .untrusted:
            drop()
        case .wrongContent:
            mismatches += 1
            // One more chance, elsewhere where there is an elsewhere: bytes may also be damaged on their way.
            if mismatches > 1 { open = [] } else if open.count > 1 { drop() }
        case .noResume:
            fruitless += 1
            if fruitless >= policy.attempts { open = [] }
        case .trouble(_, let wait):
            return moveOn(progressed: progressed, wait: wait)
        }
        return .zero
    }

    /// The next address at once; back at the first one only after a wait.
    private mutating func moveOn(progressed: Bool, wait: Duration?) -> Duration {
        fruitless = progressed ? 0 : fruitless + 1
        guard fruitless < policy.attempts else {
            open = []
            return .zero
        }
        if let wait, wait > policy.longestWait {
            drop()
            return .zero
        }
        asked = max(asked, wait ?? .zero)
        position = (position + 1) % open.count
        guard position == 0 else { return .zero }
        defer { asked = .zero }
        return max(asked, policy.wait(after: fruitless))
    }

    private mutating func drop() {
        open.remove(at: position)
        if position >= open.count { position = 0 }
    }

    /// Whether every address said that it has no such file.
    var isMissing: Bool {
        !addresses.isEmpty
            && addresses.allSatisfy { address in
                if case .missing = faults[address] { return true }
                return false
            }
    }

    /// The error for a person once no address is left; the worst that any address did decides.
    func failure(of name: String, expected: String?) -> BerthError {
        let worst = addresses.compactMap { address in faults[address].map { (address, $0) } }
            .max { $0.1.weight < $1.1.weight }
        guard let (address, fault) = worst else {
            return BerthError(
                .usage, "there is no address to fetch \(name.escaped) from",
                remedy: "name a mirror in berth.yaml, or by its flag")
        }
        let others = addresses.filter { $0 != address && faults[$0] != nil }
            .map { "\($0) (\(faults[$0]?.description ?? ""))" }
        let elsewhere = others.isEmpty ? "" : "; also tried: " + others.joined(separator: ", ")
        let promise = expected.map { "; expected \($0)" } ?? ""
        return BerthError(
            fault.status, "cannot fetch \(name.escaped): \(fault)\(promise)", place: address.description,
            done: "tried \(Route.times(tries))\(elsewhere); nothing unverified was kept", remedy: fault.remedy)
    }

    /// The error for a person about work on one address that was no fetching.
    static func failure(_ fault: Fault, of name: String, at address: Address, tries: Int) -> BerthError {
        BerthError(
            fault.status, "\(name.escaped): \(fault)", place: address.description, done: "tried \(times(tries))",
            remedy: fault.remedy)
    }

    private static func times(_ count: Int) -> String { count == 1 ? "once" : "\(count) times" }
}

extension Fault {
    /// How much a fault says about what to do: the heaviest one is shown.
    fileprivate var weight: Int {
        switch self {
        case .wrongContent, .otherSize: 6
        case .refused, .untrusted: 5
        case .trouble, .noResume: 4
        case .page: 3
        case .unusable: 2
        case .missing: 1
        }
    }

    fileprivate var status: ExitStatus {
        switch self {
        case .wrongContent, .otherSize: .damaged
        case .refused: .authenticationNeeded
        case .trouble, .noResume, .page, .untrusted: .temporary
        case .unusable, .missing: .failed
        }
    }

    fileprivate var remedy: String {
        switch self {
        case .wrongContent, .otherSize:
            "use another mirror, or make a new lock (berth image lock) if the file was replaced on purpose"
        case .refused(407): "put name and password into the proxy variable: http://name:password@host:port"
        case .refused: "put name and password into the configured address: https://name:password@host/folder"
        case .trouble, .noResume: "run the same command again later: half-fetched files go on where they broke"
        case .page: "open the address in a browser: the network may ask for a login, or the mirror has moved"
        case .untrusted:
            "check the clock, or add the certificate of your network's proxy to the system's (ca-certificates, keychain)"
        case .unusable, .missing: "check the configured address"
        }
    }
}
