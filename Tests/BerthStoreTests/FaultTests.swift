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
    func `Killed at each of its system calls, an add and a collection leave the store whole`(call: String) async throws
    {
        try await withStore { store in
            var kills = 0
            for number in [1, 2, 3, 5, 8, 13, 21, 34] {
                let outcome = try await ProbeProcess.run(
                    store, inject: "\(call):signal=KILL:when=\(number)", ["churn", "\(number)", "1"])
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
            var random = SeededGenerator(state: 7)
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

    @Test func `Two processes add and drop the same content while a third collects, and nothing is lost`() async throws
    {
        try await withStore { store in
            async let first = ProbeProcess.run(store, ["churn", "1", "30"])
            async let second = ProbeProcess.run(store, ["churn", "2", "30"])
            async let third = ProbeProcess.run(store, ["collect", "0", "40"])
            for outcome in try await [first, second, third] { #expect(outcome.succeeded, "\(outcome.errors)") }
            #expect(try await store.check(readData: .all).isClean)
            let report = try store.collectLater()
            let kept = Set(try store.roots.list().flatMap(\.blobs))
            #expect(Set(report.blobs.filter { !$0.isRemoved }.map(\.digest)) == kept)
        }
    }

    @Test(.linuxOnly("strace"))
    func `A failing fsync fails the add, is not tried again, and leaves nothing under a name`()
        async throws
    {
        try await withStore { store in
            for number in 1...3 {
                let outcome = try await ProbeProcess.run(
                    store, inject: "fsync:error=EIO:when=\(number)", ["add", "\(number * 10)", "3", "500"])
                #expect(outcome.code == BerthSystem.ExitStatus.failed.rawValue)
                #expect(outcome.errors.contains("Input/output error") && outcome.errors.contains("where: "))
                #expect(try Files.list(store.root.pushing("blobs/sha256")).count == (1..<number).reduce(0, +))
                #expect(try await store.check(readData: .all).problems == [])
            }
            #expect(try store.roots.list().isEmpty)
        }
    }

    @Test(.linuxOnly("strace"))
    func `A killed download goes on where it stopped; one whose fsync failed begins anew`() async throws {
        try await withStore { store in
            _ = try await ProbeProcess.run(store, inject: "write:signal=KILL:when=6", ["download", "1", "50000"])
            let resumed = try await ProbeProcess.run(
                store, inject: "fsync:error=EIO:when=1", ["download", "1", "50000"])
            #expect(resumed.code == BerthSystem.ExitStatus.failed.rawValue)
            #expect(resumed.output.hasPrefix("from ") && !resumed.output.hasPrefix("from 0"))
            #expect(try Files.list(store.root.appending("ingest")).isEmpty)
            let again = try await ProbeProcess.run(store, ["download", "1", "50000"])
            #expect(again.output.hasPrefix("from 0\nsha256:"))
            #expect(try await store.check(readData: .all).problems == [])
        }
    }

    @Test(.linuxOnly("strace"), arguments: ["mkdir", "rename", "fsync"])
    func `A store whose making was killed is made by the next process`(call: String) async throws {
        let folder = try TemporaryFolder("made")
        for number in 1...12 {
            let root = folder.path.appending("\(number)")
            let add = [root.string, "add", "1", "1", "10"]
            let fault = "inject=\(call):signal=KILL:when=\(number)"
            let options = ["-f", "-qq", "-o", "/dev/null", "-e", "trace=\(call)", "-e", fault]
            let strace = try Programs.require("strace", remedy: "install strace")
            let outcome = try await Command(strace, options + [try ProbeProcess.path.string] + add).run()
            let next = try await Command(try ProbeProcess.path, add).run()
            #expect(next.succeeded, "\(next.errors)")
            #expect(try await Store.open(root, create: false).check(readData: .all).problems == [])
            if outcome.succeeded { break }
        }
    }

    @Test func `Six processes that make one store at once all have their version in it`() async throws {
        let folder = try TemporaryFolder("made")
        let (root, program) = (folder.path.appending("home"), try ProbeProcess.path)
        let outcomes = try await inParallel(Array(0..<6), limit: 6) { number in
            try await Command(program, [root.string, "add", "\(number * 3)", "5", "2000"]).run()
        }
        for outcome in outcomes { #expect(outcome.succeeded, "\(outcome.errors)") }
        let store = try Store.open(root, create: false)
        #expect(try store.roots.list().count == 6)
        #expect(try await store.check(readData: .all).isClean)
    }

    @Test(.linuxOnly("strace"))
    func `Too many open files and failing renames are clear errors, and the store stays whole`()
        async throws
    {
        try await withStore { store in
            for (fault, text) in [
                ("rename:error=EIO:when=4", "Input/output error"), ("flock:error=EMFILE:when=1", "Too many open files"),
                ("rename:error=EDQUOT:when=4", "quota"),
            ] {
                let outcome = try await ProbeProcess.run(store, inject: fault, ["add", "1", "3", "500"])
                #expect(
                    !outcome.succeeded && outcome.errors.localizedCaseInsensitiveContains(text), "\(outcome.errors)")
                #expect(try await store.check(readData: .all).problems == [])
            }
            #expect(try await ProbeProcess.run(store, ["add", "1", "3", "500"]).succeeded)
        }
    }

    @Test(.linuxOnly("a tiny disk in a mount namespace"))
    func `A full disk ends the add with its own exit code; a collection makes room`()
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

    @Test(.linuxOnly("a tiny disk in a mount namespace"))
    func `A collection on a full disk gives up the reserve and ends well`()
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

    @Test(.linuxOnly("a read-only mount in a mount namespace"))
    func `A store that cannot be written still reads, and says what to do`()
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
            #expect(
                outcome.output.contains("check: 0\nadd: 10\ncollect: 10\nnew: 10"), "\(outcome.output)\(outcome.errors)"
            )
            #expect(outcome.errors.contains("BERTH_HOME"))
        }
    }

    private func inNamespace(_ script: String, _ arguments: [String]) async throws -> Command.Outcome {
        let options = Machine.userIdentifier == 0 ? ["--mount"] : ["--mount", "--map-root-user"]
        return try await Command("/usr/bin/unshare", options + ["sh", "-c", script, "sh"] + arguments).run()
    }
}
