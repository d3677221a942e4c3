import BerthArchive
import BerthStore
import BerthSystem
import BerthTestSupport
import Foundation
import SystemPackage
import Testing

@testable import BerthImage

/// Holds whoever comes until it is opened.
private actor Gate {
    private var isOpen = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    func pass() async {
        guard !isOpen else { return }
        await withCheckedContinuation { waiting.append($0) }
    }

    func open() {
        isOpen = true
        for one in waiting { one.resume() }
        waiting = []
    }
}

/// `berth image nightly`, `rollback`, `tag` and `prune` as a person or a timer calls them.
struct NightlyCommandTests {
    /// The night of a yard's recipe without an engine, untested.
    private func night(_ yard: Yard, _ more: [String] = []) throws -> Command {
        var command = try yard.command("nightly", ["--without-test", "--on-battery"] + more)
        command.environment["XDG_CONFIG_HOME"] = yard.folder.path.appending("config").string
        return command
    }

    private func berth(_ yard: Yard, _ arguments: String...) async throws -> Command.Outcome {
        try await BuiltProgram.command(["image"] + arguments, home: yard.store).run()
    }

    @Test func `a second night at once is told who holds the first`() async throws {
        try await withArchive { archive, mirror in
            let yard = try Yard(archive, mirror)
            let hold = try Store.open(yard.store).nights.begin()
            let outcome = try await night(yard).run()
            withExtendedLifetime(hold) {}
            #expect(outcome.code == BerthSystem.ExitStatus.locked.rawValue)
            #expect(outcome.errors.contains("process \(Machine.processIdentifier) (the nightly prebuild"))
            #expect(!Files.exists(yard.recipe.appending("berth.lock")))
        }
    }

    @Test(.linuxOnly("the power supplies of sysfs"))
    func `on battery a night ends with 75, for the timer to come again`() async throws {
        try await withArchive { archive, mirror in
            let yard = try Yard(archive, mirror)
            let supplies = yard.folder.path.appending("supplies")
            try yard.folder.write([
                "supplies/BAT0/type": "Battery\n", "supplies/BAT0/status": "Discharging\n",
                "supplies/BAT0/capacity": "31\n",
            ])
            let plain = try yard.command("nightly", ["--without-test"])
            let bash = try Programs.require("bash", remedy: "install bash").string
            let script = "mount --bind \"$0\" /sys/class/power_supply && exec \"$@\""
            var command = Command(
                try Programs.require("unshare", remedy: "scripts/setup test"),
                ["--mount", "--propagation", "private", bash, "-c", script, supplies.string, plain.program.string]
                    + plain.arguments)
            command.environment = plain.environment
            let outcome = try await command.run()
            #expect(outcome.code == BerthSystem.ExitStatus.temporary.rawValue, "\(outcome)")
            #expect(outcome.errors.contains("on battery (31 %)"), "\(outcome)")
            #expect(try Store.open(yard.store).roots.list().isEmpty)
        }
    }

    @Test func `of nights at once one runs, the others are told, and the store is whole`() async throws {
        try await withArchive { archive, _ in
            let gate = Gate()
            let root = archive.folder.path
            // The first night's mirror answers only once the others have ended.
            try await Mirror.serving({ path in
                await gate.pass()
                return try? Files.read(root.pushing(FilePath(path)), limit: 1 << 24)
            }) { mirror in
                let yard = try Yard(archive, mirror)
                async let first = night(yard).run()
                for _ in 0..<3000 where mirror.requests.isEmpty { try await Task.sleep(for: .milliseconds(20)) }
                let others = try await inParallel(Array(0..<2), limit: 2) { _ in try await night(yard).run().code }
                await gate.open()
                #expect(others == [11, 11])
                #expect(try await first.succeeded)
                #expect(try await yard.checkStore().succeeded)
            }
        }
    }

    @Test func `a night, a way back, a name by hand, a prune`() async throws {
        try await withArchive { archive, mirror in
            let yard = try Yard(archive, mirror)
            let first = try await night(yard).run()
            #expect(first.succeeded, "\(first)")
            let oldLock = try Files.read(yard.recipe.appending("berth.lock"))
            for version in 1...2 {
                try await archive.publish(packages(SmallArchive.anchor(version: "1.\(version)")))
                let outcome = try await night(yard).run()
                #expect(outcome.succeeded, "\(outcome)")
            }
            let tag = try Store.open(yard.store).refs.list().map(\.name).filter { $0.hasPrefix("ship:2") }.sorted()
            #expect(tag.count == 3)
            let back = try await berth(yard, "rollback", "ship", "--json")
            #expect(back.succeeded && back.output.contains("\"latest\" : \"\(tag[1])\""), "\(back)")
            let silent = try await night(yard).run()
            #expect(silent.succeeded && silent.output.contains("\"outcome\" : \"rolled-back\""), "\(silent)")
            let name = try #require(tag[0].split(separator: ":").last.map(String.init))
            // A recipe's folder may be given in place of its name.
            var restore = try BuiltProgram.command(
                ["image", "rollback", "ship", "--to", name, "--lock", "--images", yard.folder.path.string],
                home: yard.store)
            restore.directory = yard.folder.path
            let restored = try await restore.run()
            #expect(restored.succeeded, "\(restored)")
            #expect(try Files.read(yard.recipe.appending("berth.lock")) == oldLock)
            let named = try await berth(yard, "tag", tag[1], "release")
            #expect(named.succeeded, "\(named)")
            for reserved in ["latest", "nightly", "2026.01.01", "two words"] {
                let refused = try await berth(yard, "tag", tag[1], reserved)
                #expect(refused.code == 64, "\(refused)")
            }
            try await prune(yard, tag)
        }
    }

    /// `latest` is the first version, the second has a name, the third is `nightly` until that is moved.
    private func prune(_ yard: Yard, _ tag: [String]) async throws {
        let arguments = ["--keep", "0", "--days", "0", "--grace", "0", "--json"]
        func prune(_ more: [String]) async throws -> Command.Outcome {
            try await BuiltProgram.command(["image", "prune"] + arguments + more, home: yard.store).run()
        }
        let kept = try await prune(["--dry-run"])
        #expect(kept.succeeded && !kept.output.contains("\"isRemoved\" : true"), "\(kept)")
        let taken = try await berth(yard, "tag", tag[1], "release", "--remove")
        #expect(taken.succeeded, "\(taken)")
        let dry = try await prune(["--dry-run"])
        let code = try await prune(["--dry-run-code"])
        #expect(code.code == 3 && code.output == dry.output)
        let real = try await prune([])
        #expect(dry.output.replacing("\"isDryRun\" : true", with: "\"isDryRun\" : false") == real.output)
        #expect(real.output.contains("\"version\" : \"\(tag[1])\""))
        let list = try await berth(yard, "list", "--json")
        #expect(!list.output.contains("\"version\" : \"\(tag[1])\""), "\(list)")
        #expect(try await yard.checkStore().succeeded)
        for wrong in [["--budget", "much"], ["--days", "200000000000000"], ["--keep", "10001"]] {
            let refused = try await prune(wrong)
            #expect(refused.code == 64, "\(refused)")
        }
    }

    @Test func `a night killed at any moment leaves a whole store, and the next one ends well`() async throws {
        try await withArchive { archive, mirror in
            let yard = try Yard(archive, mirror)
            _ = try Store.open(yard.store)
            for version in 0..<8 {
                try await archive.publish(packages(SmallArchive.anchor(version: "1.\(version)")))
                let killed = try night(yard)
                let delay = Double.random(in: 0.02...0.8)
                var command = Command(
                    "/bin/sh",
                    ["-c", "\"$0\" \"$@\" & sleep \(delay); kill -9 $!; wait", killed.program.string]
                        + killed.arguments)
                command.environment = killed.environment
                _ = try await command.run()
                let check = try await yard.checkStore()
                #expect(check.succeeded, "after \(delay) s: \(check.output) \(check.errors)")
                _ = try LockFile.read(yard.recipe.appending("berth.lock"))
            }
            let last = try await night(yard).run()
            #expect(last.succeeded, "\(last)")
            let lock = try #require(try LockFile.read(yard.recipe.appending("berth.lock")))
            let catalog = VersionCatalog(try Store.open(yard.store))
            let platforms = lock.platforms.map(\.platform)
            #expect(
                try catalog.lock(of: catalog.resolve("ship")).substance(platforms) == lock.substance(platforms))
            #expect(lock.platforms[0].debian.first { $0.name == "anchor" }?.version == "1.7")
            #expect(try await yard.checkStore().succeeded)
        }
    }

    @Test func `a prune killed at any moment leaves a whole store`() async throws {
        try await withArchive { archive, mirror in
            let yard = try Yard(archive, mirror)
            let arguments = ["image", "prune", "--keep", "0", "--days", "0", "--grace", "0"]
            let prune = try BuiltProgram.command(arguments, home: yard.store)
            for version in 0..<6 {
                try await archive.publish(packages(SmallArchive.anchor(version: "1.\(version)")))
                let report = try await night(yard).run()
                #expect(report.succeeded, "\(report)")
                let delay = Double.random(in: 0.01...0.15)
                var command = Command(
                    "/bin/sh",
                    ["-c", "\"$0\" \"$@\" & sleep \(delay); kill -9 $!; wait", prune.program.string] + arguments)
                command.environment = prune.environment
                _ = try await command.run()
                let check = try await yard.checkStore()
                #expect(check.succeeded, "after \(delay) s: \(check.output) \(check.errors)")
            }
            let last = try await prune.run()
            #expect(last.succeeded, "\(last)")
            let catalog = VersionCatalog(try Store.open(yard.store))
            let versions = try catalog.all()
            #expect(versions.count == 2)
            #expect(try catalog.resolve("ship").index == versions.last?.index)
            #expect(try await yard.checkStore().succeeded)
        }
    }

    @Test(.linuxOnly("a tiny disk in a mount namespace"))
    func `a prune on a full disk takes the reserve and makes room`() async throws {
        try await withArchive { archive, mirror in
            let yard = try Yard(archive, mirror)
            for version in 0..<4 {
                try await archive.publish(packages(SmallArchive.anchor(version: "1.\(version)")))
                let report = try await night(yard).run()
                #expect(report.succeeded, "\(report)")
            }
            let script = """
                set -eu
                mount -t tmpfs -o size=96m none "$1"
                cp -a "$2" "$1/store"
                export BERTH_HOME="$1/store"
                "$BERTH" store gc --quiet
                test -e "$1/store/reserve"
                dd if=/dev/zero of="$1/filler" 2>/dev/null || true
                "$BERTH" image prune --keep 0 --days 0 --grace 0
                "$BERTH" store check --read-data --progress none
                "$BERTH" image list --quiet | wc -l
                """
            let disk = yard.folder.path.appending("disk")
            try Files.makeDirectory(disk)
            let bash = try Programs.require("bash", remedy: "install bash").string
            var command = Command(
                try Programs.require("unshare", remedy: "scripts/setup test"),
                [
                    "--mount", "--propagation", "private", bash, "-c", script, "bash", disk.string, yard.store.string,
                ])
            command.environment = ["BERTH": try BuiltProgram.path.string]
            let outcome = try await command.run()
            #expect(outcome.succeeded, "\(outcome)")
            #expect(outcome.output.contains("no damage found") && outcome.output.hasSuffix("\n2\n"), "\(outcome)")
        }
    }

    @Test(.linuxOnly("a tiny disk in a mount namespace"))
    func `a full disk ends the night with its own code, and latest and lock stay`() async throws {
        try await withArchive { archive, mirror in
            let yard = try Yard(archive, mirror)
            try Files.makeDirectory(yard.store)
            let first = try night(yard)
            // The archive changes while the script waits for a line.
            let script = """
                set -eu
                store=$1; shift
                mount -t tmpfs -o size=24m none "$store"
                "$@" >/dev/null
                "$BERTH" image show ship --quiet
                dd if=/dev/zero of="$store/.filler" 2>/dev/null || true
                touch "$store/../ready"
                while [ ! -e "$store/../go" ]; do sleep 0.05; done
                code=0; "$@" >/dev/null 2>"$store/../words" || code=$?
                echo "night: $code"
                "$BERTH" image show ship --quiet
                rm "$store/.filler"
                "$BERTH" store check --read-data --progress none
                "$@" >/dev/null
                "$BERTH" image show ship --quiet
                """
            let bash = try Programs.require("bash", remedy: "install bash").string
            let words = ["--mount", "--propagation", "private", bash, "-c", script, "bash", yard.store.string]
            var command = Command(
                try Programs.require("unshare", remedy: "scripts/setup test"),
                words + [first.program.string] + first.arguments)
            command.environment = first.environment.merging(["BERTH": first.program.string]) { $1 }
            command.limit = .seconds(240)
            let ready = yard.folder.path.appending("ready")
            let running = command
            async let ended = running.run()
            for _ in 0..<1200 where !Files.exists(ready) { try await Task.sleep(for: .milliseconds(50)) }
            let lock = try Files.read(yard.recipe.appending("berth.lock"))
            var rope = SmallArchive.packages.first { $0.name == "rope" } ?? RawDeb()
            rope.version = "2.0"
            rope.members.append(.file("./usr/lib/more", String(repeating: "more strands\n", count: 90_000)))
            try await archive.publish(packages(rope))
            try Files.writeAtomically("", to: yard.folder.path.appending("go"))
            let outcome = try await ended
            let said = try Files.readText(yard.folder.path.appending("words"))
            #expect(outcome.succeeded, "\(outcome) \(said)")
            let lines = outcome.output.split(separator: "\n").map(String.init)
            #expect(lines.count > 3 && lines[1] == "night: 13" && lines[2] == lines[0], "\(outcome.output)")
            #expect(outcome.output.contains("no damage found") && lines.last != lines[0])
            #expect(try Files.read(yard.recipe.appending("berth.lock")) != lock)
        }
    }
}
