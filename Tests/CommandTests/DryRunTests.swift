import BerthSystem
import BerthTestSupport
import Foundation
import SystemPackage
import Testing

/// `--dry-run` of `berth image push`, `copy`, `tag` and `rollback`: it says what the real run does, and does nothing.
@Suite(.linuxOnly("docker-registry and skopeo")) struct DryRunTests {
    /// Runs a command with `--dry-run` and gives its steps; neither store nor registry may differ afterwards.
    private func steps(
        _ calls: Calls, _ registry: DebianRegistry, _ command: [String], at place: SourceLocation = #_sourceLocation
    ) async throws -> [[String: Any]] {
        let before = try Tree(reading: calls.home)
        let writes = { ["POST", "PATCH", "PUT", "DELETE"].map { registry.requests($0) } }
        let old = writes()
        let text = try await calls.berth(command + ["--dry-run"])
        #expect(text.code == 0 && text.output.hasSuffix("nothing was changed\n"), "\(text)", sourceLocation: place)
        let outcome = try await calls.berth(command + ["--dry-run", "--json"])
        #expect(try Tree(reading: calls.home) == before, sourceLocation: place)
        #expect(writes() == old, sourceLocation: place)
        let report = try #require(try outcome.json() as? [String: Any], sourceLocation: place)
        let steps = try #require(report["steps"] as? [[String: Any]], sourceLocation: place)
        #expect(text.output.split(separator: "\n").count { $0.hasPrefix("would ") } == steps.count)
        #expect(steps.allSatisfy { ($0["reason"] as? String)?.isEmpty == false }, "\(steps)", sourceLocation: place)
        let changes = steps.contains { $0["changes"] as? Bool == true }
        #expect(report["changesAnything"] as? Bool == changes && report["isDryRun"] as? Bool == true)
        let code = try await calls.berth(command + ["--dry-run-code", "--json"])
        #expect(code.code == (changes ? 3 : 0) && code.output == outcome.output, "\(code)", sourceLocation: place)
        return steps
    }

    private func actions(_ steps: [[String: Any]], changing: Bool = true) -> [String] {
        steps.filter { $0["changes"] as? Bool == changing }.compactMap { $0["action"] as? String }
    }

    /// What a real run says it sent and took over.
    private func moved(_ outcome: Command.Outcome) throws -> (sent: Int, taken: Int) {
        let report = try #require(try outcome.json() as? [String: Any], "\(outcome)")
        let count = { (key: String) in (report[key] as? [String: Any])?["count"] as? Int ?? 0 }
        return (count("moved"), count("mounted"))
    }

    private func withImage(_ body: (Calls, DebianRegistry) async throws -> Void) async throws {
        let folder = try TemporaryFolder("dry")
        let calls = Calls(home: folder.path.appending("home"), environment: ["DOCKER_CONFIG": folder.path.string])
        try await DebianRegistry.serving { registry in
            _ = try await RegistryTests.put(registry, in: folder, calls)
            let pulled = try await calls.berth("image", "pull", "\(registry.host)/team/tiny:1")
            try #require(pulled.code == 0, "\(pulled)")
            try await body(calls, registry)
        }
    }

    @Test func `a push says what it would send, take over and tag`() async throws {
        try await withImage { calls, registry in
            let target = "\(registry.host)/other/tiny"
            let push = ["image", "push", "tiny:1", target]
            let first = try await steps(calls, registry, push)
            #expect(actions(first, changing: false).isEmpty, "\(first)")
            let taking = push + ["--mount-from", "\(registry.host)/team/tiny"]
            let planned = actions(try await steps(calls, registry, taking))
            #expect(planned.contains { $0.contains("taken over from team/tiny") }, "\(planned)")
            #expect(!planned.contains { $0.contains("blobs") && $0.hasPrefix("send") }, "\(planned)")
            let real = try moved(await calls.berth(push + ["--json"]))
            #expect(real.sent > 0 && actions(first).contains { $0.hasPrefix("send \(real.sent) blobs") }, "\(first)")
            #expect(actions(first).last == "set the tag 1 on \(target)")
            // All of it is there now.
            let again = try await steps(calls, registry, push)
            #expect(actions(again).isEmpty && again.count == 3, "\(again)")
            let named = actions(try await steps(calls, registry, push + ["--tag", "extra"]))
            #expect(named == ["set the tag extra on \(target)"])
            let small = try await steps(calls, registry, push + ["--compression", "zstd"])
            #expect(actions(small).first?.hasPrefix("compress") == true, "\(small)")
        }
    }

    @Test func `a copy says what it would send, and a tag that it would move`() async throws {
        try await withImage { calls, registry in
            try await DebianRegistry.serving { other in
                let copy = ["image", "copy", "\(registry.host)/team/tiny:1", "\(other.host)/far:2"]
                let planned = actions(try await steps(calls, other, copy))
                let real = try moved(await calls.berth(copy + ["--json"]))
                #expect(real.sent > 0 && planned.contains { $0.hasPrefix("send \(real.sent) blobs") }, "\(planned)")
                #expect(actions(try await steps(calls, other, copy)).isEmpty)
                let near = ["image", "copy", "\(registry.host)/team/tiny:1", "\(registry.host)/near:1"]
                let taken = actions(try await steps(calls, registry, near))
                #expect(taken.contains { $0.contains("taken over from team/tiny") }, "\(taken)")
                // Another image under the same tag.
                let zstd = try await calls.berth(
                    "image", "push", "tiny:1", "\(other.host)/far:2", "--compression", "zstd")
                #expect(zstd.code == 0, "\(zstd)")
                let moves = actions(try await steps(calls, other, copy))
                #expect(moves == ["move the tag 2 on \(other.host)/far"])
            }
        }
    }

    @Test func `a tag says whether it would name, move, take away or leave`() async throws {
        try await withImage { calls, registry in
            let tag = ["image", "tag", "tiny:1", "release"]
            #expect(actions(try await steps(calls, registry, tag)) == ["name tiny:1 tiny:release"])
            let none = try await calls.berth(tag + ["--remove", "--dry-run"])
            #expect(none.code == 64 && none.errors.contains("there is no name tiny:release"), "\(none)")
            let wrong = try await calls.berth(["image", "tag", "tiny:1", "latest", "--dry-run"])
            #expect(wrong.code == 64, "\(wrong)")
            let named = try await calls.berth(tag)
            #expect(named.code == 0, "\(named)")
            #expect(actions(try await steps(calls, registry, tag)).isEmpty)
            let away = actions(try await steps(calls, registry, tag + ["--remove"]))
            #expect(away == ["take the name tiny:release away"])
            let back = try await calls.berth("image", "rollback", "tiny", "--to", "none", "--dry-run")
            #expect(back.code == 64, "\(back)")
        }
    }
}
