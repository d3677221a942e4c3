import BerthArchive
import Testing

@testable import BerthImage

/// Which versions stay, by rule.
struct RetentionPlannerTests {
    private static let day: Int64 = 86_400
    private static let now: Int64 = 1_000 * day

    private static func version(
        _ name: String, age: Int64, aliases: [String] = [], isBeforeLatest: Bool = false, containers: [String] = []
    ) -> RetentionCandidate {
        var candidate = RetentionCandidate(
            name: name, tag: "day-\(age)", index: Digest.of("\(name) \(age)"), built: now - age * day)
        candidate.aliases = aliases.map { "\(name):\($0)" }
        candidate.isBeforeLatest = isBeforeLatest
        candidate.containers = containers
        return candidate
    }

    private static func policy(keep: Int, days: Int) -> RetentionPolicy {
        var policy = RetentionPolicy()
        policy.keep = keep
        policy.days = days
        return policy
    }

    /// Versions of two images, ten days, two of them with reasons of their own to stay.
    private static let fleet = [
        version("ship", age: 9, containers: ["web"]), version("ship", age: 8, aliases: ["release"]),
        version("ship", age: 3), version("ship", age: 2, isBeforeLatest: true),
        version("ship", age: 1, aliases: ["latest", "nightly"]), version("boat", age: 30),
        version("boat", age: 20, aliases: ["latest"]),
    ]

    struct Row: Sendable {
        let keep: Int
        let days: Int
        let gone: [String]
    }

    @Test(arguments: [
        Row(keep: 0, days: 0, gone: ["ship:day-3", "boat:day-30"]),
        Row(keep: 2, days: 0, gone: ["ship:day-3"]), Row(keep: 3, days: 0, gone: []),
        Row(keep: 0, days: 4, gone: ["boat:day-30"]), Row(keep: 0, days: 31, gone: []),
        Row(keep: 1, days: 3, gone: ["ship:day-3", "boat:day-30"]),
    ])
    func `a version goes only when no rule keeps it`(row: Row) {
        let verdicts = RetentionPlanner.plan(
            Self.fleet, Self.policy(keep: row.keep, days: row.days), now: Self.now)
        let gone = verdicts.filter { !$0.isKept }.map { "\($0.candidate.name):\($0.candidate.tag)" }
        #expect(gone == row.gone)
        #expect(verdicts.allSatisfy { !$0.reasons.isEmpty })
    }

    @Test func `every reason is named`() {
        let verdicts = RetentionPlanner.plan(Self.fleet, Self.policy(keep: 1, days: 2), now: Self.now)
        #expect(verdicts[0].reasons == ["used by web"])
        #expect(verdicts[1].reasons == ["tagged release"])
        #expect(verdicts[2].reasons == ["3 days old, not among the 1 newest, no tag, no container"])
        #expect(verdicts[3].reasons == ["was latest before: the way back"])
        #expect(verdicts[4].reasons == ["tagged latest, nightly", "one of the 1 newest", "younger than 2 days"])
    }

    @Test(arguments: 0..<300) func `no rule's version is ever removed, whatever the fleet`(seed: UInt64) {
        var random = Seeded(state: seed)
        let fleet = (0..<Int.random(in: 0...30, using: &random)).map { number in
            var candidate = RetentionCandidate(
                name: ["ship", "boat"].randomElement(using: &random) ?? "ship", tag: "t\(number)",
                index: Digest.of("\(number)"), built: Self.now - Int64.random(in: -5...40, using: &random) * Self.day)
            if Int.random(in: 0..<4, using: &random) == 0 { candidate.aliases = ["\(candidate.name):latest"] }
            if Int.random(in: 0..<6, using: &random) == 0 { candidate.isBeforeLatest = true }
            if Int.random(in: 0..<6, using: &random) == 0 { candidate.containers = ["c"] }
            return candidate
        }
        let policy = Self.policy(
            keep: Int.random(in: 0...5, using: &random), days: Int.random(in: 0...20, using: &random))
        let verdicts = RetentionPlanner.plan(fleet, policy, now: Self.now)
        #expect(verdicts.map(\.candidate) == fleet)
        for verdict in verdicts {
            let one = verdict.candidate
            let newer = fleet.count { $0.name == one.name && $0.built > one.built }
            let equal = fleet.count { $0.name == one.name && $0.built == one.built && $0 != one }
            let must =
                !one.aliases.isEmpty || one.isBeforeLatest || !one.containers.isEmpty
                || newer + equal < policy.keep || Self.now - one.built < Int64(policy.days) * Self.day
            if must { #expect(verdict.isKept) }
            let may = must || (newer < policy.keep && equal > 0)
            if !may { #expect(!verdict.isKept) }
        }
    }
}

/// The same numbers for the same seed (SplitMix64).
struct Seeded: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
