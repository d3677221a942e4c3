import BerthArchive
import BerthStore
import BerthSystem
import BerthTestSupport
import SystemPackage
import Testing

@testable import BerthCache

/// Trees made by chance come back as they were in every way; a failure is shrunk to the nodes that make it.
struct PropertyTests {
    enum Way: String, CaseIterable, Sendable {
        case unpack, reflink, snapshot, overlay, empty, changed, service

        /// Snapshots need btrfs; it shares blocks too.
        var disk: String? { [.reflink, .snapshot].contains(self) ? "btrfs" : self == .overlay ? "ext4" : nil }

        var options: RestoreOptions {
            switch self {
            case .unpack: RestoreOptions(strategy: .unpack)
            case .reflink: RestoreOptions(strategy: .reflink)
            case .snapshot: RestoreOptions(strategy: .snapshot)
            case .overlay: RestoreOptions(strategy: .overlay)
            case .empty, .changed: RestoreOptions(into: .existing)
            case .service: RestoreOptions()
            }
        }
    }

    @Test(.linuxOnly("loop mounts"), arguments: Way.allCases) func `what is saved comes back`(_ way: Way) async throws {
        let yard =
            if let disk = way.disk {
                try CacheYard(on: try await LoopFileSystem(disk))
            } else {
                try await CacheYard(way == .service ? BerthCacheTests.Way.service : .local)
            }
        for seed in 1...6 as ClosedRange<UInt64> {
            var tree = RandomTree(seed: seed * 7919, count: 40)
            guard var fault = try await Self.fault(tree, way, yard) else { continue }
            var hasShrunk = true
            while hasShrunk {
                hasShrunk = false
                for node in tree.nodes.reversed() {
                    let smaller = tree.without(node.number)
                    guard let same = try await Self.fault(smaller, way, yard) else { continue }
                    (tree, fault, hasShrunk) = (smaller, same, true)
                    break
                }
            }
            Issue.record("seed \(seed), \(way): \(fault)\n\(tree.nodes)")
        }
    }

    /// What is wrong with a tree after its way; nil where nothing is.
    private static func fault(_ tree: RandomTree, _ way: Way, _ yard: CacheYard) async throws -> String? {
        let above = try Folder(yard.root)
        for name in ["tree", "again"] as [Folder.Name] { try above.removeTree(name) }
        for item in HotFolder(yard.store).list() { try HotFolder(yard.store).drop(item.manifest) }
        for entry in try yard.store.entries.list() { try yard.store.entries.remove(entry.id) }
        try tree.write("tree", in: above)
        let before = try await yard.facts("tree")
        let entry = try await yard.save("tree")
        if way == .changed {
            // What is there differs by every other node, and by some of its own.
            let other = tree.nodes.indices.filter { $0 % 2 == 1 }.reduce(tree) { $0.without($1) }
            try other.write("again", in: above)
            let names = try above.folder("again").names()
            for (number, name) in names.enumerated() where number % 3 == 0 {
                let folder = try above.folder("again")
                try folder.removeTree(name)
                if number % 2 == 0 { try folder.makeEmptyFolder(name) } else { try folder.makeLink(name, to: [0x78]) }
            }
        }
        do {
            let outcome = try await yard.restore(entry, to: "again", way.options)
            if let wanted = way.options.strategy, outcome.strategy != wanted { return "taken: \(outcome)" }
            let after = try await yard.facts("again")
            if way == .overlay { try HotFolder(yard.store).release(yard.path("again")) }
            return after == before ? nil : difference(before, after)
        } catch { return "\(error)" }
    }

    private static func difference(_ before: String, _ after: String) -> String {
        let (old, new) = (Set(before.split(separator: "\n")), Set(after.split(separator: "\n")))
        return "only before: \(old.subtracting(new).sorted())\nonly after: \(new.subtracting(old).sorted())"
    }
}
