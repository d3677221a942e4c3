import BerthSystem
import BerthTestSupport
import SystemPackage
import Testing

/// The built program on a disk that is full, under a debugger that kills it or lies to it, with a clock that jumps.
///
/// After each fault the store is whole, a place holds one tree or the other, and the same command works again.
@Suite(.serialized) struct CacheFaultTests {
    private let yard: FaultYard

    init() throws { yard = try FaultYard() }

    @Test(.linuxOnly("strace"), arguments: ["fsync", "rename", "link", "pwrite64", "unlink"])
    func `killed at its system calls, a save is there whole or not at all, and the next one works`(call: String)
        async throws
    {
        // The store itself is made before: what a kill leaves of that is tested with the store.
        #expect(try await yard.berth(yard.arguments("save", "two")).code == 0)
        var kills = 0
        for number in [1, 2, 3, 5, 8, 13] {
            let fault = "\(call):signal=KILL:when=\(number)"
            let killed = try await yard.berth(inject: fault, yard.arguments("save", "one"))
            #expect(try await yard.isWhole())
            let restored = try await yard.berth(yard.arguments("restore", "one", in: "place"))
            #expect([0, 5].contains(restored.code), "\(restored)")
            if restored.code == 0 { #expect(try yard.tree("place") == yard.tree("one")) }
            if killed.code == 0 { break }
            kills += 1
        }
        #expect(kills > 0)
        #expect(try await yard.berth(yard.arguments("save", "one")).code == 0)
        #expect(try await yard.berth(yard.arguments("restore", "one", in: "place")).code == 0)
        #expect(try yard.tree("place") == yard.tree("one"))
    }

    @Test(.linuxOnly("strace"), arguments: ["mkdirat", "renameat", "unlinkat", "fchmod", "symlinkat"])
    func `killed at its system calls, a restore leaves one tree or the other, and the next one clears up`(
        call: String
    ) async throws {
        for name in ["one", "two"] { #expect(try await yard.berth(yard.arguments("save", name)).code == 0) }
        var kills = 0
        for number in [1, 2, 4, 8, 16, 40] {
            #expect(try await yard.berth(yard.arguments("restore", "one", in: "place")).code == 0)
            let killed = try await yard.berth(
                inject: "\(call):signal=KILL:when=\(number)", yard.arguments("restore", "two", in: "place"))
            if Files.exists(yard.folder.path.appending("place")) {
                let found = try yard.tree("place")
                #expect(try found == yard.tree("one") || found == yard.tree("two"), "\(call) \(number)")
            }
            if killed.code == 0 { break }
            kills += 1
        }
        #expect(kills > 0, "\(call) was never called")
        #expect(try await yard.berth(yard.arguments("restore", "two", in: "place")).code == 0)
        #expect(try yard.tree("place") == yard.tree("two"))
        #expect(try Files.list(yard.folder.path).sorted() == ["home", "one", "place", "strace", "two"])
        #expect(try await yard.isWhole())
    }

    @Test(.linuxOnly("strace"), arguments: [("TERM", 143 as Int32), ("INT", 130)])
    func `a request to stop ends a restore with its code, and leaves one tree or the other`(
        signal: String, code: Int32
    ) async throws {
        for name in ["one", "two"] { #expect(try await yard.berth(yard.arguments("save", name)).code == 0) }
        for call in ["mkdirat", "renameat", "unlinkat"] {
            for number in [1, 2, 4] {
                #expect(try await yard.berth(yard.arguments("restore", "one", in: "place")).code == 0)
                let ended = try await yard.berth(
                    inject: "\(call):signal=\(signal):when=\(number)", yard.arguments("restore", "two", in: "place"))
                guard try yard.hit == .berth else { continue }
                #expect(ended.code == code, "\(call) \(number): \(ended)")
                if Files.exists(yard.folder.path.appending("place")) {
                    let found = try yard.tree("place")
                    #expect(try found == yard.tree("one") || found == yard.tree("two"), "\(call) \(number)")
                }
            }
        }
        #expect(try await yard.berth(yard.arguments("restore", "two", in: "place")).code == 0)
        #expect(try yard.tree("place") == yard.tree("two"))
        #expect(try Files.list(yard.folder.path).sorted() == ["home", "one", "place", "two"])
        #expect(try await yard.isWhole())
    }

    @Test(.linuxOnly("strace"), arguments: ["fsync", "pread64", "pwrite64", "openat", "link", "renameat", "mkdirat"])
    func `an error of the disk fails the command and nothing else`(call: String) async throws {
        #expect(try await yard.berth(yard.arguments("save", "one")).code == 0)
        #expect(try await yard.berth(yard.arguments("restore", "one", in: "place")).code == 0)
        var hits = 0
        // The first calls are the loader's and the runtime's own.
        for number in [1, 4, 30, 60, 90] {
            for words in [yard.arguments("save", "two"), yard.arguments("restore", "two", in: "place")] {
                let outcome = try await yard.berth(inject: "\(call):error=EIO:when=\(number)", words)
                let hit = try yard.hit
                hits += hit == .berth ? 1 : 0
                #expect(outcome.code < 128 || hit == .runtime, "\(words[1]): \(outcome)")
                #expect(outcome.code == 0 || !outcome.errors.isEmpty)
                let found = try yard.tree("place")
                #expect(try found == yard.tree("one") || found == yard.tree("two"), "\(words[1]) \(number)")
            }
        }
        #expect(hits > 0, "\(call) was never called")
        #expect(try await yard.isWhole())
        #expect(try await yard.berth(yard.arguments("save", "two")).code == 0)
        #expect(try await yard.berth(yard.arguments("restore", "two", in: "place")).code == 0)
        #expect(try yard.tree("place") == yard.tree("two"))
    }

    @Test func `a database that is lost or garbage costs nothing that was saved`() async throws {
        #expect(try await yard.berth(yard.arguments("save", "one")).code == 0)
        for content in [[], Array("this is no database".utf8), [UInt8](repeating: 0xA5, count: 100_000)] {
            for name in try Files.list(yard.calls.home) where name.hasPrefix("index.sqlite") {
                try Files.remove(yard.calls.home.appending(name))
            }
            if !content.isEmpty { try Files.writeAtomically(content, to: yard.calls.home.appending("index.sqlite")) }
            let restored = try await yard.berth(yard.arguments("restore", "one", in: "place"))
            #expect(restored.code == 0, "\(restored)")
            #expect(try yard.tree("place") == yard.tree("one"))
            #expect(try await yard.berth(yard.arguments("save", "one")).code == 0)
        }
    }

    @Test(.linuxOnly("a tiny disk in a mount namespace"))
    func `on a full disk a save ends with 13 and loses nothing, and a restore leaves what was there`() async throws {
        let script = """
            set -u
            mkdir "$1/disk" && mount -t tmpfs -o size=6m none "$1/disk" || exit 99
            export BERTH_HOME="$1/disk/home"
            mkdir -p "$BERTH_HOME/cache" && echo 'free: 1kB' >"$BERTH_HOME/cache/policy.yaml"
            "$2" cache save --key one --path tree="$1/one"
            "$2" cache pin one >/dev/null
            for left in 1000 500 300 150 60 20 4; do
                free=$(df -k --output=avail "$1/disk" | tail -n 1)
                test "$free" -le "$left" || head -c "$(((free - left) * 1024))" /dev/zero >>"$1/disk/filler"
                "$2" cache save --key two --path tree="$1/two" 2>"$1/errors"; echo "save: $?"
                "$2" store check --read-data >/dev/null || echo "the store is damaged"
                "$2" cache evict --key two >/dev/null 2>&1; "$2" store gc --grace 0 >/dev/null 2>&1
            done
            cat "$1/errors"
            mkdir "$1/disk/place" && echo old >"$1/disk/place/old"
            "$2" cache restore --key one --path tree="$1/disk/place" --fail-on-miss 2>&1; echo "restore: $?"
            ls -A "$1/disk/place" "$1/disk"
            "$2" cache restore --key one --path tree="$1/disk/place" --into existing 2>/dev/null; echo "existing: $?"
            ls "$1/disk/place/old"; find "$1/disk/place" -name '.berth-*'
            rm "$1/disk/filler"
            "$2" cache restore --key one --path tree="$1/place" --fail-on-miss; echo "restore: $?"
            """
        let outcome = try await yard.calls.mounting(script, yard.folder.path.string, BuiltProgram.path.string)
        let text = outcome.output
        #expect(text.contains("save: 13") && text.contains("No space left"), "\(outcome)")
        #expect(!text.contains("damaged"), "\(text)")
        #expect(text.contains("restore: 13") && text.contains("/disk/place:\nold\n"), "\(text)")
        #expect(text.contains("existing: 13\n\(yard.folder.path)/disk/place/old\n"), "\(text)")
        #expect(!text.contains(".berth-") && text.hasSuffix("restore: 0\n"), "\(text)")
        #expect(try yard.tree("place") == yard.tree("one"))
    }

    @Test(.linuxOnly("a tiny disk in a mount namespace"))
    func `on a full disk older entries make room for a save, and the policy keeps some of it free`() async throws {
        let script = """
            set -u
            mkdir "$1/disk" && mount -t tmpfs -o size=6m none "$1/disk" || exit 99
            export BERTH_HOME="$1/disk/home"
            mkdir -p "$BERTH_HOME/cache" && echo 'free: 1kB' >"$BERTH_HOME/cache/policy.yaml"
            mkdir "$1/disk/noise" && head -c 600000 /dev/urandom >"$1/disk/noise/a"
            "$2" cache save --key old --path tree="$1/disk/noise"
            free=$(df -k --output=avail "$1/disk" | tail -n 1)
            head -c "$(((free - 60) * 1024))" /dev/zero >"$1/disk/filler"
            "$2" cache save --key two --path tree="$1/two"; echo "save: $?"
            "$2" cache list -q; "$2" store check --read-data >/dev/null || echo "the store is damaged"
            "$2" cache restore --key two --path tree="$1/place" --fail-on-miss; echo "restore: $?"
            rm "$1/disk/filler"
            for name in a b c d e; do
                cp -R "$1/two" "$1/more" && head -c 400000 /dev/urandom >"$1/more/$name"
                "$2" cache save -q --key "$name" --path tree="$1/more"; rm -r "$1/more"
            done
            echo 'free: 4MB' >"$BERTH_HOME/cache/policy.yaml"
            "$2" cache evict -q | wc -l; "$2" store gc -q --grace 0 >/dev/null
            test "$(df -k --output=avail "$1/disk" | tail -n 1)" -ge 3800 && echo "there is room"
            "$2" cache evict -q | wc -l
            """
        let outcome = try await yard.calls.mounting(script, yard.folder.path.string, BuiltProgram.path.string)
        let text = outcome.output
        #expect(text.contains("save: 0\ntwo\nrestored: two\n") && text.contains("restore: 0\n"), "\(outcome)")
        #expect(!text.contains("damaged"), "\(text)")
        #expect(text.contains("there is room\n0\n"), "\(text)")
        #expect(try yard.tree("place") == yard.tree("two"))
    }

    @Test(.linuxOnly("faketime")) func `a clock that jumps changes neither what is found nor what is kept`()
        async throws
    {
        #expect(try await yard.berth(yard.arguments("save", "one")).code == 0)
        for date in ["2001-01-01 00:00:00", "2037-06-01 00:00:00"] {
            for words in [
                yard.arguments("restore", "one", in: "place"), yard.arguments("save", "one"), ["store", "gc"],
                ["cache", "list"],
            ] {
                let outcome = try await yard.calls.other(
                    "faketime", ["-f", "@\(date)", BuiltProgram.path.string] + words)
                #expect(outcome.code == 0, "\(words) at \(date): \(outcome)")
            }
            #expect(try yard.tree("place") == yard.tree("one"))
        }
        #expect(try await yard.isWhole())
    }
}
