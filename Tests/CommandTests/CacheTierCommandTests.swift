import BerthSystem
import BerthTestSupport
import Foundation
import SystemPackage
import Testing

/// `berth cache push` and `pull`, and what `save` and `restore` do by themselves where a registry is configured.
@Suite(.linuxOnly("docker-registry")) struct CacheTierCommandTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder("tier") }

    /// A machine with a store and a configuration of its own.
    private func machine(_ name: String, _ more: [String: String] = [:]) -> Calls {
        Calls(
            home: folder.path.appending("\(name)-store"),
            environment: [
                "GITHUB_REPOSITORY": "octo/hello", "GITHUB_REF": "", "GITHUB_BASE_REF": "", "GITHUB_OUTPUT": "",
                "XDG_CONFIG_HOME": folder.path.appending("\(name)-config").string,
                "DOCKER_CONFIG": folder.path.string,
            ].merging(more) { $1 })
    }

    private func berth(_ machine: Calls, _ arguments: String...) async throws -> Command.Outcome {
        try await machine.other(BuiltProgram.path.string, arguments)
    }

    private func path(_ name: String) -> String { "tree=\(folder.path.appending(name))" }

    private func configure(_ name: String, _ host: String, _ more: String = "") throws {
        let text = "cache:\n  remote:\n    repository: \(host)/team/cache\n\(more)"
        try folder.write(["\(name)-config/berth/berth.yaml": .text(text)])
    }

    @Test func `an entry goes to a registry and comes back elsewhere, with what went over in text and JSON`()
        async throws
    {
        try folder.write(["tree/bin/tool": .program("#!/bin/sh\n"), "tree/text": "text\n"])
        let (here, there) = (machine("here"), machine("there"))
        #expect(try await berth(here, "cache", "save", "--key", "deps-1", "--path", path("tree")).code == 0)
        try await DebianRegistry.serving { registry in
            let repository = "\(registry.host)/team/cache"
            let pushed = try await berth(here, "cache", "push", "deps-1", "--to", repository)
            #expect(pushed.code == 0 && pushed.output.contains("deps-1  3 blobs sent"), "\(pushed)")
            let again = try await berth(here, "cache", "push", "--all", "--to", repository, "--json")
            let facts = try #require(try again.json() as? [String: Any])
            let entry = try #require((facts["entries"] as? [[String: Any]])?.first)
            #expect(facts["schema"] as? String == "berth.cache-push/1" && entry["fate"] as? String == "present")

            let missed = try await berth(there, "cache", "pull", "deps-2", "--from", repository, "--path", path("x"))
            #expect(missed.code == 1 && missed.errors.contains("no entry with the key deps-2"), "\(missed)")
            let pulled = try await berth(
                there, "cache", "pull", "deps-2", "--restore-key", "deps-", "--from", repository, "--path", path("x"))
            #expect(pulled.code == 0 && pulled.output.contains("pulled by a prefix: deps-1"), "\(pulled)")
            let wrong = try await berth(here, "cache", "push", "deps-1", "--to", "\(repository):tag")
            #expect(wrong.code == 64 && wrong.errors.contains("tags of their own"), "\(wrong)")
            let nowhere = try await berth(here, "cache", "push", "deps-1")
            #expect(nowhere.code == 64 && nowhere.errors.contains("BERTH_CACHE_REMOTE"), "\(nowhere)")
            #expect(try await berth(here, "cache", "push").code == 64)
            let none = try await berth(here, "cache", "push", "other", "--to", repository)
            #expect(none.code == 1 && none.errors.contains("no entry of this scope"), "\(none)")

            try folder.write(["tree/text": "other\n"])
            #expect(try await berth(there, "cache", "save", "--key", "deps-9", "--path", path("tree")).code == 0)
            #expect(try await berth(there, "cache", "push", "deps-9", "--to", repository).code == 0)
            try folder.write(["tree/text": "third\n"])
            #expect(try await berth(here, "cache", "save", "--key", "deps-9", "--path", path("tree")).code == 0)
            let taken = try await berth(here, "cache", "push", "deps-9", "--to", repository)
            #expect(taken.code == 1 && taken.errors.contains("other content is there"), "\(taken)")
        }
        let restored = try await berth(there, "cache", "restore", "--key", "deps-1", "--path", path("again"))
        #expect(restored.code == 0, "\(restored)")
        #expect(
            try Tree(reading: folder.path.appending("again")) == [
                "bin/tool": .program("#!/bin/sh\n"), "text": "text\n",
            ])
    }

    @Test func `where a registry is configured, a save sends and a miss asks; one that is away is a note`() async throws
    {
        try folder.write(["tree/text": "text\n"])
        let (here, there) = (machine("here"), machine("there"))
        try await DebianRegistry.serving { registry in
            try configure("here", registry.host)
            try configure("there", registry.host)
            let saved = try await berth(here, "cache", "save", "--key", "deps-1", "--path", path("tree"))
            #expect(saved.code == 0 && !saved.errors.contains("note"), "\(saved)")
            let hit = try await berth(
                there, "cache", "restore", "--key", "deps-1", "--path", path("again"), "--fail-on-miss")
            #expect(hit.code == 0 && hit.output.contains("restored: deps-1"), "\(hit)")
            #expect(try Tree(reading: folder.path.appending("again")) == ["text": "text\n"])
        }
        let missed = try await berth(
            there, "cache", "restore", "--key", "deps-2", "--path", path("again"), "--fail-on-miss")
        #expect(missed.code == 5 && missed.errors.contains("goes on without it"), "\(missed)")
        let twice = try await berth(
            there, "cache", "restore", "--key", "deps-3", "--path", path("again"), "--fail-on-miss")
        #expect(twice.code == 5 && !twice.errors.contains("goes on without it"), "said once: \(twice)")
        let saved = try await berth(there, "cache", "save", "--key", "deps-4", "--path", path("tree"))
        #expect(saved.code == 0 && !saved.errors.contains("error"), "\(saved)")
        let waiting = try Files.list(folder.path.appending("there-store").appending("tier")).filter {
            $0.hasPrefix("send-")
        }
        #expect(waiting.count == 1)
        #expect(try await berth(there, "store", "check").output.contains("no damage found"))

        try folder.write(["there-config/berth/berth.yaml": "cache:\n  remote:\n    repositry: x\n"])
        let faulty = try await berth(there, "cache", "restore", "--key", "deps-1", "--path", path("again"))
        #expect(faulty.code == 0 && faulty.errors.contains("note: the shared cache is not used"), "\(faulty)")
        let off = try await berth(
            machine("there", ["BERTH_CACHE_REMOTE": ""]), "cache", "restore", "--key", "deps-1", "--path", path("again")
        )
        #expect(off.code == 0 && !off.errors.contains("note"), "\(off)")
    }

    /// The program is killed at one call after the other that changes names or makes them durable.
    @Test func `killed anywhere while packs are made anew, a collection leaves every entry whole`() async throws {
        let calls = machine("here")
        let store = calls.home
        let made = try await calls.shell(
            """
            set -e; cd '\(folder.path)'; mkdir tree
            for i in 0 1 2 3 4 5 6 7 8 9; do head -c 300000 /dev/urandom >tree/$i; done
            "$BERTH" cache save --key all --path tree; all=$(echo '\(store)'/entries/*.json)
            rm tree/[1-9]; "$BERTH" cache save --key first --path tree
            cp tree/0 tree/copy; echo x >tree/x; "$BERTH" cache save --key second --path tree
            rm "$all"
            """)
        try #require(made.code == 0, "\(made)")
        let change = "?rename,?renameat,?renameat2,?link,?linkat,?unlink,?unlinkat,fsync,?fdatasync"
        var finished = 0
        for round in 1...40 where finished < 2 {
            let copy = folder.path.appending("store-\(round)")
            let killed = try await calls.shell(
                """
                cp -a '\(store)' '\(copy)'; cd '\(folder.path)'
                strace -f -qq -o /dev/null -e trace='\(change)' -e inject='\(change)':signal=KILL:when=\(round) \
                "$BERTH" store gc --grace 0 --store '\(copy)'
                """)
            if killed.code == 0 { finished += 1 }
            let checked = try await calls.shell(
                """
                set -e; cd '\(folder.path)'
                "$BERTH" cache restore --store '\(copy)' --key second --path tree=out-\(round) --fail-on-miss
                "$BERTH" store gc --grace 0 --store '\(copy)'
                "$BERTH" store check --read-data --store '\(copy)'
                "$BERTH" cache restore --store '\(copy)' --key first --path tree=first-\(round) --fail-on-miss
                cmp tree/0 first-\(round)/0; diff -r tree out-\(round)
                rm -rf first-\(round) out-\(round) '\(copy)'
                """)
            #expect(checked.code == 0, "round \(round): \(killed.code) \(checked)")
        }
        #expect(finished > 0, "no round came to its end")
    }
}
