import BerthSystem
import BerthTestSupport
import SystemPackage
import Testing

/// The built program where the store can't be read or written, or a place can't hold what is restored.
///
/// A part that the disk does not give is a miss that the next save mends; a place that is no good leaves all as it was.
@Suite(.serialized) struct CacheReadFaultTests {
    private let folder: TemporaryFolder
    private let calls: Calls

    init() throws {
        folder = try TemporaryFolder("cache-reads")
        calls = Calls(
            home: folder.path.appending("home"),
            environment: [
                "GITHUB_REPOSITORY": "octo/hello", "GITHUB_REF": "refs/heads/main",
                "GITHUB_OUTPUT": folder.path.appending("output").string,
            ])
        try folder.write(["tree/a": .file(Array(repeating: 65, count: 30_000), mode: 0o644), "tree/b/c": "text\n"])
    }

    private func arguments(_ verb: String, _ place: String = "tree", _ more: String...) -> [String] {
        ["cache", verb, "--key", "k", "--path", "tree=\(folder.path.appending(place))"] + more
    }

    private func berth(_ arguments: [String]) async throws -> Command.Outcome {
        try await calls.other(BuiltProgram.path.string, arguments)
    }

    /// The files of an entry's parts.
    private func parts() async throws -> (manifest: FilePath, packs: [FilePath]) {
        let shown = try await berth(["cache", "show", "k", "--json"]).json() as? [[String: Any]]
        let entry = try #require(shown?.first)
        let blobs = calls.home.pushing("blobs/sha256")
        func file(_ value: Any?) -> FilePath { blobs.appending("\(value ?? "")".replacing("sha256:", with: "")) }
        let packs = try #require(entry["packs"] as? [[String: Any]])
        return (file(entry["manifest"]), packs.map { file($0["digest"]) })
    }

    /// A restore that finds the file of a part faulty counts as a miss; the next save mends it.
    private func expectMissAndHealing(_ part: FilePath, _ miss: Command.Outcome) async throws {
        #expect(miss.code == 5 && miss.errors.contains("this counts as a miss"), "\(miss)")
        #expect(try Files.readText(folder.path.appending("output")).contains("\nfalse\n"))
        #expect(!Files.exists(part) && !Files.exists(folder.path.appending("place")))
        #expect(try await berth(arguments("save")).code == 0)
        let again = try await berth(arguments("restore", "place", "--fail-on-miss"))
        #expect(again.code == 0, "\(again)")
        #expect(try Tree(reading: folder.path.appending("place")) == Tree(reading: folder.path.appending("tree")))
        try Files.removeTree(folder.path.appending("place"))
    }

    @Test(.linuxOnly("strace")) func `a part that the disk does not give is a miss, and the next save mends it`()
        async throws
    {
        #expect(try await berth(arguments("save")).code == 0)
        let parts = try await parts()
        for part in [parts.manifest] + parts.packs {
            for call in ["read", "pread64"] {
                let log = folder.path.appending("log")
                let outcome = try await calls.berth(
                    inject: "\(call):error=EIO", arguments("restore", "place", "--fail-on-miss"), log: log, on: part)
                guard try Files.readText(log).contains("INJECTED") else {
                    try Files.removeTree(folder.path.appending("place"))
                    continue
                }
                #expect(outcome.errors.contains("can't be read from the disk"), "\(outcome)")
                try await expectMissAndHealing(part, outcome)
            }
        }
        let trash = try Files.list(calls.home.appending("trash")).filter { $0.contains("damaged") }
        #expect(trash.count == 1 + parts.packs.count, "no fault came to pass: \(trash)")
    }

    @Test func `a bit that flips in a part is a miss, and the next save mends it`() async throws {
        #expect(try await berth(arguments("save")).code == 0)
        let parts = try await parts()
        for part in [parts.manifest] + parts.packs {
            var bytes = try Files.read(part)
            bytes[bytes.count / 2] ^= 8
            try Files.writeAtomically(bytes, to: part)
            try await expectMissAndHealing(part, try await berth(arguments("restore", "place", "--fail-on-miss")))
        }
    }

    @Test(.linuxOnly("a mount that can only be read")) func `a store that can only be read still restores`()
        async throws
    {
        #expect(try await berth(arguments("save")).code == 0)
        let script = """
            mount --bind "$1/home" "$1/home" && mount -o remount,ro,bind "$1/home" || exit 99
            for round in 1 2; do
                "$2" cache restore --key k --path tree="$1/place" --fail-on-miss --json || echo "restore: $?"
            done
            "$2" cache save --key other --path tree="$1/tree"; echo "save: $?"
            """
        let outcome = try await calls.mounting(script, folder.path.string, BuiltProgram.path.string)
        #expect(outcome.code == 0 && !outcome.output.contains("restore: "), "\(outcome)")
        #expect(outcome.output.contains("the store can't be written to"), "\(outcome)")
        #expect(outcome.output.hasSuffix("save: 10\n") && outcome.errors.contains("set BERTH_HOME"), "\(outcome)")
        #expect(try Tree(reading: folder.path.appending("place")) == Tree(reading: folder.path.appending("tree")))
    }

    @Test(.linuxOnly("setpriv")) func `a place that this user may not write to is named, and the store is not blamed`()
        async throws
    {
        #expect(try await berth(arguments("save")).code == 0)
        try folder.write(["locked/place/old": "old\n", "secret/x": "x\n"])
        for words in [arguments("restore", "locked/place"), arguments("save", "secret")] {
            let path = folder.path.appending(words[1] == "save" ? "secret" : "locked")
            for mode in ["555", "000"] where words[1] == "restore" || mode == "000" {
                _ = try await calls.other("chmod", [mode, path.string])
                var command = try unprivileged(BuiltProgram.path, words)
                command.environment = calls.environment.merging(["BERTH_HOME": calls.home.string]) { $1 }
                let outcome = try await command.run()
                _ = try await calls.other("chmod", ["755", path.string])
                #expect(outcome.code == 1 && outcome.errors.contains("Permission denied"), "\(words[1]): \(outcome)")
                #expect(outcome.errors.contains(path.string) && !outcome.errors.contains("BERTH_HOME"), "\(outcome)")
                #expect(outcome.errors.contains("able for this user"), "\(outcome)")
            }
        }
        #expect(try Tree(reading: folder.path.appending("locked")) == ["place/old": "old\n"])
    }

    @Test(.linuxOnly("a file system without cases")) func `names that a place takes for one are refused, both named`()
        async throws
    {
        try folder.write(["tree/b/Readme": "upper\n", "tree/b/readme": "lower\n"])
        #expect(try await berth(arguments("save")).code == 0)
        let script = """
            truncate -s 16M "$1/image" && mkntfs -qF "$1/image" >/dev/null 2>&1 && mkdir "$1/disk" || exit 99
            lowntfs-3g "$1/image" "$1/disk" -o ignore_case || exit 99
            mkdir "$1/disk/place" && echo old >"$1/disk/place/old"
            for into in replace existing; do
                "$2" cache restore --key k --path tree="$1/disk/place" --into "$into" 2>&1; echo "$into: $?"
                echo "left: $(ls -A "$1/disk") $(ls -A "$1/disk/place")"
            done
            umount "$1/disk"
            """
        let outcome = try await calls.mounting(script, folder.path.string, BuiltProgram.path.string)
        #expect(outcome.output.contains("replace: 1\n") && outcome.output.contains("existing: 1\n"), "\(outcome)")
        #expect(outcome.output.contains("two names of the entry for one: b/Readme and b/readme"), "\(outcome)")
        let left = outcome.output.split(separator: "\n").filter { $0.hasPrefix("left: ") }
        #expect(left == ["left: place old", "left: place old"], "\(outcome)")
    }

    @Test(.linuxOnly("sshfs")) func `a store on a shared file system is refused, and the service named instead`()
        async throws
    {
        let script = """
            import os, subprocess, sys
            (there, here), (back, answer) = os.pipe(), os.pipe()
            server = subprocess.Popen(["/usr/lib/openssh/sftp-server"], stdin=there, stdout=answer)
            os.makedirs(sys.argv[1] + "/far"), os.makedirs(sys.argv[1] + "/near")
            client = subprocess.Popen(["sshfs", "-f", ":" + sys.argv[1] + "/far", sys.argv[1] + "/near", "-o", "passive"],
                stdin=back, stdout=here)
            for attempt in range(100):
                if os.path.ismount(sys.argv[1] + "/near"): break
                try: client.wait(0.1)
                except subprocess.TimeoutExpired: continue
                break
            outcome = subprocess.run([sys.argv[2], "cache", "list", "--store", sys.argv[1] + "/near/store"])
            made = subprocess.run([sys.argv[2], "cache", "save", "--key", "k", "--path", sys.argv[1] + "/tree",
                "--store", sys.argv[1] + "/near/store"])
            subprocess.run(["umount", sys.argv[1] + "/near"])
            client.wait(), server.terminate()
            print(outcome.returncode, made.returncode, os.listdir(sys.argv[1] + "/far"))
            """
        let outcome = try await calls.other(
            "python3", ["-c", script, folder.path.string, BuiltProgram.path.string])
        #expect(outcome.output == "10 10 []\n", "\(outcome)")
        #expect(outcome.errors.contains("a store cannot lie on a fuse.sshfs file system"), "\(outcome)")
        #expect(outcome.errors.contains("berth serve"), "\(outcome)")
    }
}
