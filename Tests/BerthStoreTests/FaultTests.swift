import BerthArchive
import BerthStore
import BerthSystem
import BerthTestSupport
import Foundation
import SystemPackage
import Testing

/// Real faults on real processes; each ends with a check that reads every byte.
@Suite(.serialized) struct FaultTests {
    @Test(.linuxOnly("strace"), arguments: ["fsync", "rename", "unlink", "ftruncate", "pwrite64"])
    func `Killed at each of its system calls, an add and a collection leave the store whole`(call: String) async throws {
        try await withStore { store in
            var kills = 0
            for number in 1...60 {
                let outcome = try await ProbeProcess.run(
                    store, inject: "\(call):signal=KILL:when=\(number)", ["churn", "\(number)", "2"])
                #expect(try await store.check(readData: .all).problems == [])
                if outcome.succeeded { break }
                kills += 1
                _ = try await ProbeProcess.run(
                    store, inject: "\(call):signal=KILL:when=\(number)", ["collect", "0"])
                #expect(try await store.check(readData: .all).problems == [])
            }
            #expect(kills > 0 || call == "ftruncate")
            #expect(try await ProbeProcess.run(store, ["collect", "0"]).succeeded)
            #expect(try await ProbeProcess.run(store, ["add", "1", "3", "100"]).succeeded)
            #expect(try await store.check(readData: .all).isClean)
        }
    }

    @Test func `Killed at random moments, adders and collectors leave the store whole`() async throws {
        try await withStore { store in
            var random = SystemRandomNumberGenerator.seeded(7)
            for round in 0..<12 {
                let adder = try ProbeProcess.start(store, ["churn", "\(round)", "1000"])
                let collector = try ProbeProcess.start(store, ["collect", "0", "1000"])
                _ = adder.line()
                try await Task.sleep(for: .milliseconds(Int(random.next() % 60)))
                collector.killHard()
                try await Task.sleep(for: .milliseconds(Int(random.next() % 20)))
                adder.killHard()
                #expect(try await store.check(readData: .all).problems == [])
            }
            #expect(try store.roots.list().count >= 12)
        }
    }

    @Test func `Two processes add and drop the same content while a third collects, and nothing is lost`() async throws {
        try await withStore { store in
            async let first = ProbeProcess.run(store, ["churn", "1", "60"])
            async let second = ProbeProcess.run(store, ["churn", "2", "60"])
            async let third = ProbeProcess.run(store, ["collect", "0", "80"])
            for outcome in try await [first, second, third] { #expect(outcome.succeeded, "\(outcome.errors)") }
            #expect(try await store.check(readData: .all).isClean)
            let report = try store.collectLater()
            #expect(report.blobs.count { !$0.isRemoved } == 12 - 0 || report.blobs.count { !$0.isRemoved } >= 6)
        }
    }

    @Test(.linuxOnly("strace")) func `A failing fsync fails the add, is not tried again, and leaves nothing under a name`()
        async throws
    {
        try await withStore { store in
            for number in 1...3 {
                let outcome = try await ProbeProcess.run(
                    store, inject: "fsync:error=EIO:when=\(number)", ["add", "\(number * 10)", "3", "500"])
                #expect(outcome.code == ExitStatus.failed.rawValue)
                #expect(outcome.errors.contains("Input/output error") && outcome.errors.contains("where: "))
                #expect(try Files.list(store.root.pushing("blobs/sha256")).count == (number - 1) + (0..<number - 1).reduce(0, +))
                #expect(try await store.check(readData: .all).problems == [])
            }
            #expect(try store.roots.list().isEmpty)
        }
    }

    @Test(.linuxOnly("strace")) func `Too many open files and failing renames are clear errors, and the store stays whole`()
        async throws
    {
        try await withStore { store in
            for (fault, text) in [
                ("rename:error=EIO:when=2", "Input/output error"), ("flock:error=EMFILE:when=1", "Too many open files"),
                ("rename:error=EDQUOT:when=2", "quota"),
            ] {
                let outcome = try await ProbeProcess.run(store, inject: fault, ["add", "1", "3", "500"])
                #expect(!outcome.succeeded && outcome.errors.localizedCaseInsensitiveContains(text), "\(outcome.errors)")
                #expect(try await store.check(readData: .all).problems == [])
            }
            #expect(try await ProbeProcess.run(store, ["add", "1", "3", "500"]).succeeded)
        }
    }

    @Test(.linuxOnly("a tiny disk in a mount namespace")) func `A full disk ends the add with its own exit code; a collection makes room`()
        async throws
    {
        let folder = try TemporaryFolder("disk")
        let script = """
            set -eu
            mount -t tmpfs -o size=4m none "$1"
            store=$1/home
            "$2" "$store" add 1 2 300000
            code=0; "$2" "$store" add 100 40 200000 || code=$?
            echo "add: $code"
            "$2" "$store" check
            ls "$store/ingest" | wc -l
            "$2" "$store" collect 0
            "$2" "$store" add 200 5 200000
            "$2" "$store" check
            dd if=/dev/zero of="$1/filler" 2>/dev/null || true
            code=0; "$2" "$store" add 300 1 100000 || code=$?
            echo "add: $code"
            "$2" "$store" check
            """
        let outcome = try await inNamespace(script, [folder.path.string, try ProbeProcess.path.string])
        #expect(outcome.succeeded, "\(outcome.errors)")
        #expect(outcome.output.components(separatedBy: "add: 13").count == 3, "\(outcome.output)")
        #expect(outcome.output.components(separatedBy: "clean: ").count == 4)
        #expect(outcome.output.contains("\n0\n"))
        #expect(outcome.errors.contains("No space left on device") && outcome.errors.contains("berth store gc"))
    }

    @Test(.linuxOnly("a tiny disk in a mount namespace")) func `A collection on a full disk gives up the reserve and ends well`()
        async throws
    {
        let folder = try TemporaryFolder("disk")
        let script = """
            set -eu
            mount -t tmpfs -o size=8m none "$1"
            store=$1/home
            "$2" "$store" reserve 2000000
            "$2" "$store" add 1 2 300000
            rm "$store"/versions/*
            strace -f -qq -o /dev/null -e trace=rename -e inject=rename:error=ENOSPC:when=1 "$2" "$store" collect 0
            test ! -e "$store/reserve"
            "$2" "$store" check
            """
        let outcome = try await inNamespace(script, [folder.path.string, try ProbeProcess.path.string])
        #expect(outcome.succeeded, "\(outcome.errors)")
        #expect(outcome.output.contains("clean: 0 blobs"))
    }

    @Test(.linuxOnly("a read-only mount in a mount namespace")) func `A store that cannot be written still reads, and says what to do`()
        async throws
    {
        try await withStore { store in
            try store.addRoot(try store.addBlobs(1...2))
            let script = """
                set -u
                mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" || exit 99
                "$2" "$1" check; echo "check: $?"
                "$2" "$1" add 5 1 100; echo "add: $?"
                "$2" "$1" collect 0; echo "collect: $?"
                "$2" "$1/new" check; echo "new: $?"
                """
            let outcome = try await inNamespace(script, [store.root.string, try ProbeProcess.path.string])
            #expect(outcome.output.contains("check: 0\nadd: 10\ncollect: 10\nnew: 10"), "\(outcome.output)\(outcome.errors)")
            #expect(outcome.errors.contains("BERTH_HOME"))
        }
    }

    private func inNamespace(_ script: String, _ arguments: [String]) async throws -> Command.Outcome {
        let options = Machine.userIdentifier == 0 ? ["--mount"] : ["--mount", "--map-root-user"]
        return try await Command("/usr/bin/unshare", options + ["sh", "-c", script, "sh"] + arguments).run()
    }
}

extension SystemRandomNumberGenerator {
    /// A generator that gives the same numbers for the same seed, so that a failure can be seen again.
    static func seeded(_ seed: UInt64) -> SeededGenerator { SeededGenerator(state: seed) }
}

/// Xorshift: enough for delays.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }
}
