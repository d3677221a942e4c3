import BerthSystem
import BerthTestSupport
import SystemPackage
import Testing

/// The ways of `berth cache restore`, `warm` and `release`, and what a job may do with the cache.
struct CacheWayCommandTests {
    private let folder: TemporaryFolder
    private let calls: Calls

    init() throws {
        folder = try TemporaryFolder("cache-ways")
        calls = Calls(
            home: folder.path.appending("home"),
            environment: [
                "GITHUB_REPOSITORY": "octo/hello", "GITHUB_REF": "refs/heads/main",
                "GITHUB_OUTPUT": folder.path.appending("output").string, "GITHUB_EVENT_NAME": "",
                "ACTIONS_CACHE_MODE": "",
            ])
        try folder.write(["tree/a": .file(Array(repeating: 65, count: 60_000), mode: 0o644), "tree/b/c": "text\n"])
    }

    private func run(
        _ verb: String, _ more: String..., environment: [String: String] = [:]
    ) async throws -> Command.Outcome {
        let place = folder.path.appending(verb == "restore" ? "place" : "tree")
        var calls = calls
        calls.environment.merge(environment) { $1 }
        let words = ["cache", verb, "--key", "k", "--path", "tree=\(place)"]
        return try await calls.other(BuiltProgram.path.string, words + more)
    }

    private var isRestored: Bool {
        get throws {
            try Tree(reading: folder.path.appending("place")) == Tree(reading: folder.path.appending("tree"))
        }
    }

    @Test(.linuxOnly("a btrfs and an overlay, mounted by root"))
    func `each way that is asked for is taken, said in the output, and ended by release`() async throws {
        let script = """
            set -u
            cd "$1" && PATH=$PATH:/usr/sbin:/sbin && export BERTH_HOME="$1/disk/home"
            truncate -s 256M image && mkfs.btrfs -q image >/dev/null 2>&1 && mkdir disk || exit 99
            mount -o loop image disk || exit 99
            place="$1/disk/place"
            # The disk is smaller than what the default policy keeps free.
            mkdir -p "$BERTH_HOME/cache" && echo 'free: 1kB' >"$BERTH_HOME/cache/policy.yaml"
            "$2" cache save -q --key k --path tree="$1/tree"
            "$2" cache warm --key k --path tree=x
            for way in snapshot reflink unpack overlay; do
                "$2" cache restore --key k --path tree="$place" --strategy "$way" --verify
                diff -r --no-dereference "$1/tree" "$place" && echo "$way: same"
            done
            "$2" cache restore --key k --path tree="$place" 2>&1; echo "mounted: $?"
            "$2" cache release "$place"; ls -A "$1/disk"
            "$2" cache release "$place" 2>&1; echo "released: $?"
            mkdir "$place" && echo more >"$place/more" && cp -R "$1/tree/b" "$place"
            "$2" cache restore --key k --path tree="$place" --into existing
            diff -r --no-dereference "$1/tree" "$place" && echo "existing: same"
            "$2" cache restore --key k --path tree="$place" --strategy magic 2>&1; echo "magic: $?"
            "$2" cache warm --key none --path tree=x 2>&1; echo "none: $?"
            umount disk
            """
        let outcome = try await calls.mounting(script, folder.path.string, BuiltProgram.path.string)
        let text = outcome.output
        #expect(outcome.code == 0 && text.contains("kept unpacked: k"), "\(outcome)")
        for way in ["snapshot", "reflink", "unpack", "overlay"] {
            #expect(text.contains("\(way): same\n") && text.contains("by \(way)"), "\(way): \(outcome)")
        }
        #expect(text.contains("hint: end it with `berth cache release`") && text.contains("mounted: 64\n"), "\(text)")
        #expect(text.contains("released: \(folder.path)/disk/place\nhome\n"), "\(text)")
        #expect(text.contains("no restore mounted anything here") && text.contains("released: 64\n"), "\(text)")
        #expect(text.contains("existing: same\n"), "\(text)")
        #expect(text.contains("magic: 64\n") && text.contains("none: 5\n"), "\(text)")
    }

    @Test(arguments: ["pull_request_target", "issue_comment", "workflow_run"])
    func `an event that strangers can set off may read, and saves nothing`(_ event: String) async throws {
        let refused = try await run("save", environment: ["GITHUB_EVENT_NAME": event])
        #expect(refused.code == 0 && refused.errors.contains("nothing was saved: GITHUB_EVENT_NAME=\(event)"))
        #expect(try await run("restore", "--fail-on-miss").code == 5)
        #expect(try await run("save").code == 0)
        let restored = try await run("restore", "--fail-on-miss", environment: ["GITHUB_EVENT_NAME": event])
        #expect(try restored.code == 0 && isRestored, "\(restored)")
        var calls = calls
        calls.environment["GITHUB_EVENT_NAME"] = event
        let push = try await calls.berth("cache", "push", "k", "--to", "registry.invalid/y")
        #expect(push.code == 0 && push.errors.contains("nothing was pushed"), "\(push)")
    }

    @Test func `the mode of the runner and --read-only decide before the event does`() async throws {
        let flag = try await run("save", "--read-only", environment: ["GITHUB_EVENT_NAME": "push"])
        #expect(flag.code == 0 && flag.errors.contains("nothing was saved: --read-only"), "\(flag)")
        #expect(try await run("save", environment: ["ACTIONS_CACHE_MODE": "read"]).errors.contains("MODE=read"))
        #expect(try await run("restore", "--fail-on-miss").code == 5)
        // Who may write may do so whatever the event is: the workflow says so.
        let write = ["ACTIONS_CACHE_MODE": "write-only", "GITHUB_EVENT_NAME": "workflow_run"]
        #expect(try await run("save", environment: write).output.contains("saved: k"))
        for mode in ["write-only", "none"] {
            let missed = try await run("restore", environment: ["ACTIONS_CACHE_MODE": mode])
            #expect(missed.code == 0 && missed.errors.contains("nothing was restored"), "\(missed)")
            #expect(!Files.exists(folder.path.appending("place")))
            #expect(try await run("restore", "--fail-on-miss", environment: ["ACTIONS_CACHE_MODE": mode]).code == 5)
        }
        #expect(try Files.readText(folder.path.appending("output")).contains("\nfalse\n"))
        let wrong = try await run("save", environment: ["ACTIONS_CACHE_MODE": "all"])
        #expect(wrong.code == 64 && wrong.errors.contains("write-only or none"), "\(wrong)")
    }
}
