import BerthArchive
import BerthStore
import Testing

@testable import BerthCache

/// Which entries go, in which order, and what that frees: decided without a store.
struct PlannerTests {
    private func plan(
        _ candidates: [EvictionCandidate], to total: Int64, _ change: (inout CachePolicy) -> Void = { _ in }
    ) -> EvictionPlan {
        var policy = CachePolicy()
        change(&policy)
        var planner = EvictionPlanner(EvictionInventory(candidates: candidates), policy)
        var goal = EvictionGoal()
        goal.total = total
        return planner.plan(goal)
    }

    private func names(_ plan: EvictionPlan) -> [String] {
        plan.victims.map { "\($0.candidate.entry?.key.text ?? "-") \($0.reason.rawValue)" }
    }

    private func use(_ last: Int64, visited: Bool = true, count: Int = 1, floor: Double = 0) -> EntryUse {
        EntryUse(last: last, count: count, isVisited: visited, floor: floor)
    }

    @Test func `orphans, closed scopes, superseded entries, then the algorithm's choice; held ones never`() throws {
        let candidates = [
            try EvictionCandidate.made("app-1111111", at: 1, blobs: [("a", 10)]),
            try .made("app-2222222", at: 2, blobs: [("b", 10)]),
            try .made("tools-1111111", at: 0, blobs: [("c", 10)], hold: "pinned"),
            try .made("tools-2222222", at: 5, blobs: [("d", 10)]),
            try .made("pr-1111111", "refs/pull/7/merge", at: 9, blobs: [("e", 10)], closed: 20),
            try .made("broken", at: 8, blobs: [("f", 10)], whole: false),
            try .made("other", at: 3, blobs: [("g", 10)]),
        ]
        let plan = plan(candidates, to: 0)
        #expect(
            names(plan) == [
                "broken orphaned", "pr-1111111 closed", "app-1111111 superseded", "app-2222222 unused", "other unused",
                "tools-2222222 unused",
            ])
        #expect(plan.before == 70 && plan.after == 10)
        #expect(plan.notes == ["the limit can't be kept: all that is left is pinned or in use"])
        #expect(names(self.plan(candidates, to: 60)) == ["broken orphaned"])
        #expect(
            names(self.plan(candidates, to: 45)) == ["broken orphaned", "pr-1111111 closed", "app-1111111 superseded"])
        let plain = self.plan(candidates, to: 45) { $0.deadFirst = false }
        #expect(names(plain) == ["broken orphaned", "app-1111111 unused", "app-2222222 unused"])
    }

    @Test func `what entries share is free only with the last of them`() throws {
        let candidates = [
            try EvictionCandidate.made("a", at: 1, blobs: [("shared", 100), ("1", 1)]),
            try .made("b", at: 2, blobs: [("shared", 100), ("2", 2)]),
            try .made("c", at: 3, blobs: [("3", 30)]),
        ]
        let plan = plan(candidates, to: 40)
        #expect(plan.before == 133 && plan.victims.map(\.freed) == [1, 102] && plan.after == 30)
    }

    @Test func `each repository has its limit, and what is shared counts for both`() throws {
        let candidates = [
            try EvictionCandidate.made("a", repository: "one/x", at: 1, blobs: [("s", 10), ("a", 5)]),
            try .made("b", repository: "two/y", at: 2, blobs: [("s", 10), ("b", 5)]),
            try .made("c", repository: "two/y", at: 3, blobs: [("c", 5)]),
        ]
        var planner = EvictionPlanner(EvictionInventory(candidates: candidates), CachePolicy())
        var goal = EvictionGoal()
        goal.repositories = ["two/y": 6]
        let plan = planner.plan(goal)
        #expect(names(plan) == ["b unused"] && plan.victims[0].freed == 5 && plan.after == 20)
    }

    @Test func `watermarks: nothing below the high one, then down to the low one`() throws {
        let plant = try CacheYard()
        var policy = CachePolicy()
        (policy.size, policy.high, policy.low) = (ByteCount(1000), 90, 50)
        policy.repositories = ["octo/hello": ByteCount(100)]
        func goal(_ bytes: Int64) throws -> EvictionGoal {
            let inventory = EvictionInventory(candidates: [try .made("a", at: 1, blobs: [("a", bytes)])])
            return Evictor(plant.store, policy).goal(inventory, missing: 7, now: 864_000)
        }
        let below = try goal(90)
        #expect(below.total == nil && below.repositories.isEmpty && below.free == 7 && below.usedSince == nil)
        #expect(try goal(91).repositories == ["octo/hello": 50])
        #expect(try goal(900).total == nil && goal(901).total == 500)
        policy.days = 3
        #expect(try goal(1).usedSince == 864_000 - 3 * 86_400)
    }

    @Test func `LRU, FIFO and GDSF by their facts`() throws {
        let candidates = [
            try EvictionCandidate.made("a", at: 1, blobs: [("a", 10)], use: use(90, count: 9)),
            try .made("b", at: 2, blobs: [("b", 1000)], use: use(95, count: 9)),
            try .made("c", at: 3, blobs: [("c", 10)]),
        ]
        func order(_ algorithm: CachePolicy.Algorithm) -> [String] {
            plan(candidates, to: 0) { $0.algorithm = algorithm }.victims.map { $0.candidate.entry?.key.text ?? "" }
        }
        #expect(order(.lru) == ["c", "a", "b"])
        #expect(order(.fifo) == ["a", "b", "c"])
        #expect(order(.gdsf) == ["b", "c", "a"])
        #expect(order(.sieve) == ["c", "a", "b"])
    }

    @Test func `SIEVE's hand goes on where it stopped, whatever came and went meanwhile`() throws {
        let candidates = try (1...5).map { number in
            try EvictionCandidate.made(
                "k\(number)", at: Int64(number), blobs: [("\(number)", 10)],
                use: [1, 3].contains(number) ? use(50) : nil)
        }
        let first = plan(candidates, to: 40)
        #expect(names(first) == ["k2 unused"] && first.passed == [candidates[0].id])
        // The next one begins at k3, which is spared once, and takes k4.
        var inventory = EvictionInventory(candidates: candidates.filter { $0.id != candidates[1].id })
        inventory.algorithm = first.algorithm
        var planner = EvictionPlanner(inventory, CachePolicy())
        var goal = EvictionGoal()
        goal.total = 30
        let second = planner.plan(goal)
        #expect(names(second) == ["k4 unused"] && second.passed == [candidates[2].id])
    }

    @Test(arguments: 0..<40) func `plans agree with a small model`(_ seed: Int) throws {
        var numbers = SeededNumbers(seed: UInt64(seed + 1))
        let candidates = try (0..<12).map { index in
            let family = Int.random(in: 0..<3, using: &numbers)
            return try EvictionCandidate.made(
                "f\(family)-\(1_000_000 + index)", at: Int64.random(in: 0..<50, using: &numbers),
                blobs: (0..<2).map { _ in ("b\(Int.random(in: 0..<9, using: &numbers))", Int64(10)) },
                hold: Int.random(in: 0..<6, using: &numbers) == 0 ? "pinned" : nil,
                closed: Int.random(in: 0..<5, using: &numbers) == 0 ? 99 : nil)
        }
        let total = Int64.random(in: 0..<90, using: &numbers)
        let plan = plan(candidates, to: total) { $0.algorithm = .fifo }
        var model = Model(candidates)
        let expected = model.victims(downTo: total)
        #expect(plan.victims.map(\.candidate.id) == expected)
        #expect(plan.after == plan.before - plan.victims.reduce(0) { $0 + $1.freed })
    }

    /// The same decisions, said as plainly as can be.
    private struct Model {
        var left: [EvictionCandidate]
        let all: [EvictionCandidate]

        init(_ candidates: [EvictionCandidate]) { (left, all) = (candidates, candidates) }

        var bytes: Int64 {
            var seen: Set<Digest> = []
            return left.flatMap(\.blobs).reduce(0) { $0 + (seen.insert($1.digest).inserted ? $1.size : 0) }
        }

        private func rank(_ candidate: EvictionCandidate) -> Int {
            if candidate.closed != nil { return 0 }
            let newest = all.filter { $0.family == candidate.family }.max { ($0.created, $0.id) < ($1.created, $1.id) }
            return newest?.id != candidate.id && left.contains { $0.id == newest?.id } ? 1 : 2
        }

        mutating func victims(downTo total: Int64) -> [Digest] {
            var gone: [Digest] = []
            while bytes > total {
                let free = left.filter { $0.hold == nil }
                guard
                    let next = free.min(by: {
                        (rank($0), $0.created, $0.id) < (rank($1), $1.created, $1.id)
                    })
                else { break }
                left.removeAll { $0.id == next.id }
                gone.append(next.id)
            }
            return gone
        }
    }
}
