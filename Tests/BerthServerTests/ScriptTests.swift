import BerthArchive
import BerthServer
import BerthStore
import BerthSystem
import BerthTestSupport
import SystemPackage
import Testing

/// `berth-cache`, the step's client, under the shells that containers have.
@Suite(.linuxOnly("dash and Debian's busybox")) struct ScriptTests {
    private static let script = FilePath(#filePath).removingLastComponent().removingLastComponent()
        .removingLastComponent().pushing("scripts/berth-cache").string

    /// A shell by name, ready to run the script.
    private static func shell(_ name: String) async throws -> [String] {
        guard name == "busybox" else { return [try Programs.require(name, remedy: "scripts/setup test").string] }
        let path = try #require(try await TestEngine.busybox()["amd64"])
        return [path.string, "sh"]
    }

    private static func cache(
        _ yard: ServeYard, _ shell: [String], _ arguments: String, _ environment: [String: String] = [:],
        token: String? = nil
    ) async throws -> Command.Outcome {
        try await yard.run(
            "\(shell.joined(separator: " ")) \(script) \(arguments)", token: token,
            ["GITHUB_OUTPUT": yard.path("output").string, "HOME": yard.folder.path.string].merging(environment) { $1 })
    }

    private static func outputs(_ yard: ServeYard) throws -> [String] {
        let text = try Files.readText(yard.path("output"))
        try Files.remove(yard.path("output"))
        return text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init).filter {
            !$0.hasPrefix("berth-")
        }
    }

    @Test(arguments: ["dash", "bash", "busybox"])
    func `a step saves and restores several paths, and what was there before is replaced`(_ name: String) async throws {
        let (yard, shell) = (try await ServeYard(ServeYard.roomy), try await Self.shell(name))
        try await yard.shell(
            """
            mkdir -p "a b/sub" .cache/uv; echo one >"a b/sub/x"; ln "a b/sub/x" "a b/y"; ln -s sub "a b/-l"
            mkdir "a b/.hidden"; echo two >.cache/uv/z; printf q >"a b/$(printf '\\377')"; cp -a "a b" kept
            """)
        let paths = "--path 'a b' --path '~/.cache/uv' --path missing"
        let missed = try await Self.cache(yard, shell, "restore --key 'k €=1' \(paths)")
        #expect(missed.code == 0 && missed.errors.contains("no cache for"), "\(missed)")
        #expect(try Self.outputs(yard).filter { !$0.contains("<<") } == ["false", "", "k €=1", ""])
        let saved = try await Self.cache(yard, shell, "save --key 'k €=1' \(paths)")
        #expect(saved.code == 0 && saved.errors.contains("saved k"), "\(saved)")
        try await yard.shell("rm -rf 'a b/sub'; echo old >'a b/old'; rm -r .cache")
        let restored = try await Self.cache(yard, shell, "restore --key 'k €=1' \(paths) --fail-on-miss")
        #expect(restored.code == 0, "\(restored)")
        try await yard.expectTimed([true])
        #expect(try Self.outputs(yard).filter { !$0.contains("<<") } == ["true", "k €=1", "k €=1", ""])
        try await yard.shell("diff -r --no-dereference kept 'a b'; test \"$(stat -c %h 'a b/y')\" = 2; cat .cache/uv/z")
        #expect(try await yard.shell("ls -A . | grep berth- || :").isEmpty)
        let near = try await Self.cache(yard, shell, "restore --key other --restore-key 'k €' \(paths) --fail-on-miss")
        #expect(near.code == 5 && near.errors.contains("restored k"), "\(near)")
        #expect(try Self.outputs(yard).filter { !$0.contains("<<") } == ["false", "k €=1", "other", ""])
    }

    /// A tar that unpacks all and then fails, as one does that could not write a member; so many times.
    private static let failingTar = """
        #!/bin/sh
        "$TAR" "$@" || exit
        case $* in *-xpof*) echo x >>"$COUNT"; [ "$(grep -c x "$COUNT")" -gt "$TIMES" ] || exit 2 ;; esac
        exit 0
        """

    @Test(arguments: [("0", 0), ("1", 0), ("9", 5)])
    func `a stream that failed is asked for once more, and one that fails again is a miss`(
        _ times: String, _ code: Int32
    ) async throws {
        let (yard, shell) = (try await ServeYard(ServeYard.roomy), try await Self.shell("dash"))
        try await yard.shell("mkdir -p bin t/a out; echo 1 >t/a/b; ln -s b t/a/c; echo old >out/x; save k t")
        try Files.writeAtomically("#!/bin/sh\necho 2\n", to: yard.path("bin/getconf"), mode: 0o755)
        try Files.writeAtomically(Self.failingTar, to: yard.path("bin/tar"), mode: 0o755)
        let outcome = try await Self.cache(
            yard, shell, "restore --key k --path tree=out --fail-on-miss",
            [
                "PATH": "\(yard.path("bin")):\(Self.path)", "COUNT": yard.path("count").string, "TIMES": times,
                "TAR": try Programs.require("tar", remedy: "scripts/setup test").string,
            ])
        #expect(outcome.code == code, "\(outcome)")
        let there = try await yard.shell("cd out && find . | sort; ls -A .. | grep berth- || :")
        #expect(there == (code == 0 ? ".\n./a\n./a/b\n./a/c\n" : ".\n./x\n"), "\(there)")
    }

    @Test(arguments: [("1", 1), ("2", 3), ("16", 5), ("many", 1)])
    func `as many streams as processors bring the same tree`(_ processors: String, _ streams: Int) async throws {
        let (yard, shell) = (try await ServeYard(ServeYard.roomy), try await Self.shell("dash"))
        try await yard.shell(
            """
            mkdir -p bin "t/a b/c" t/empty; printf '#!/bin/sh\\necho \(processors)\\n' >bin/getconf; chmod 755 bin/getconf
            for n in 1 2 3 4 5; do head -c 2000000 /dev/urandom >"t/a b/$n"; ln -s "../../t/$n" "t/a b/c/$n"; done
            : >t/nothing; ln "t/a b/1" t/second; chmod 500 t/empty; chmod 711 t; touch -d '2001-02-03 04:05:06.7' "t/a b"
            save k t
            """)
        try Files.writeAtomically(
            "#!/bin/sh\necho x >>\"$COUNT\"\nexec \"$CURL\" \"$@\"\n", to: yard.path("bin/curl"), mode: 0o755)
        let restored = try await Self.cache(
            yard, shell, "restore --key k --path tree=out --fail-on-miss",
            [
                "PATH": "\(yard.path("bin")):\(Self.path)", "COUNT": yard.path("count").string,
                "CURL": try Programs.require("curl", remedy: "scripts/setup test").string,
            ])
        #expect(restored.code == 0, "\(restored)")
        // One call looks the key up.
        #expect(try Files.readText(yard.path("count")).split(separator: "\n").count == streams + 1)
        try await yard.shell(
            """
            list() { find . -printf '%p %y %m %T@ %l %n\\n' | sort; }
            (cd t && list) >before; (cd out && list) >after; diff before after; diff -r --no-dereference t out
            """)
        #expect(try await yard.shell("ls -A . | grep berth- || :").isEmpty)
    }

    private static var path: String { Machine.environment("PATH") ?? "/usr/bin:/bin" }

    @Test(arguments: ["dash", "busybox"])
    func `a service that fails is a miss, and the job goes on`(_ name: String) async throws {
        let (yard, shell) = (try await ServeYard(ServeYard.roomy), try await Self.shell(name))
        try await yard.shell("mkdir t; echo 1 >t/a; save k t")
        for (environment, words) in [
            (["BERTH_TOKEN": "berth-wrong"], "401"), (["BERTH_URL": "http://127.0.0.1:1"], "failed"),
            (["BERTH_URL": ""], "BERTH_URL is not set"),
        ] {
            for verb in ["restore", "save"] {
                let outcome = try await Self.cache(yard, shell, "\(verb) --key k --path tree=t", environment)
                #expect(outcome.code == 0 && outcome.errors.contains(words), "\(outcome)")
            }
            let strict = try await Self.cache(yard, shell, "restore --key k --path tree=t --fail-on-miss", environment)
            #expect(strict.code == 5, "\(strict)")
        }
        let token = try yard.token("refs/pull/1/merge", .readOnly)
        let refused = try await Self.cache(yard, shell, "save --key new --path tree=t", token: token)
        #expect(refused.code == 0 && refused.errors.contains("(403)"), "\(refused)")
        let hit = try await Self.cache(yard, shell, "restore --key k --path tree=t --fail-on-miss", token: token)
        #expect(hit.code == 0, "\(hit)")
        #expect(try await yard.shell("cat t/a") == "1\n")
    }

    /// A service that answers lookups and then sends `count` bytes of a stream.
    private static func half(_ count: Int) -> String {
        """
        import http.server, sys
        body = open("stream", "rb").read()
        class Half(http.server.BaseHTTPRequestHandler):
            def log_message(self, *args): pass
            def do_POST(self):
                self.rfile.read(int(self.headers["Content-Length"]))
                self.answer(b"hit=exact\\nentry=" + b"0" * 64 + b"\\nkey=k\\n")
            def do_GET(self): self.answer(body[:\(count)] if \(count) >= 0 else body)
            def answer(self, bytes):
                self.send_response(200); self.end_headers(); self.wfile.write(bytes)
        server = http.server.HTTPServer(("127.0.0.1", 0), Half)
        print(server.server_port, flush=True)
        server.serve_forever()
        """
    }

    /// tar is content with a stream that ends between two members: only the marker tells.
    @Test(arguments: ["dash", "busybox"], [0, 700, 1024, 2048, 3072, -1])
    func `a stream that was cut is a miss, and the folder is as it was`(_ name: String, _ count: Int) async throws {
        let (yard, shell) = (try await ServeYard(ServeYard.roomy), try await Self.shell(name))
        try await yard.shell("mkdir t old; echo 1 >t/a; echo 2 >t/b; echo old >old/x; tar -cf stream t")
        try Files.writeAtomically(Self.half(count), to: yard.path("half.py"))
        let outcome = try await yard.run(
            """
            python3 half.py >port & server=$!
            until [ -s port ]; do sleep 0.1; done
            BERTH_URL=http://127.0.0.1:$(cat port) \(shell.joined(separator: " ")) \(Self.script) \
                restore --key k --path tree=old --fail-on-miss
            code=$?; kill $server; exit $code
            """)
        #expect(outcome.code == 5, "\(outcome)")
        #expect(try await yard.shell("cat old/x; ls -A | grep berth- || :") == "old\n")
    }

    @Test func `a step that is ended while it restores leaves the folder as it was`() async throws {
        let yard = try await ServeYard(ServeYard.roomy)
        try await yard.shell("mkdir t old; head -c 60000000 /dev/urandom >t/a; echo old >old/x; save k t")
        let outcome = try await yard.run(
            """
            setsid dash \(Self.script) restore --key k --path tree=old & step=$!
            until ls -d .berth-restore.* >/dev/null 2>&1 || ! kill -0 $step 2>/dev/null; do :; done
            kill -TERM -$step; wait $step; echo $?
            """)
        #expect(["143\n", "0\n"].contains(outcome.output), "\(outcome)")
        #expect(try await yard.shell("cat old/x; ls -A | grep berth- || :") == "old\n")
    }

    /// `mv` for a step that dies with its `DIE`th call, before or after the work is done.
    private static let dyingMove = """
        #!/bin/sh
        echo x >>"$COUNT"
        n=$(grep -c x "$COUNT")
        [ "$WHEN" = before ] && [ "$n" = "$DIE" ] && kill -9 "$ME" $PPID && exit 1
        /bin/mv "$@" || exit
        [ "$WHEN" = after ] && [ "$n" = "$DIE" ] && kill -9 "$ME" $PPID
        exit 0
        """

    /// A container's process has the same number each time: only what stands beside the place tells of the one before.
    @Test(arguments: ["mkdir -p place", "mkdir place; mount -t tmpfs none place"], ["before", "after"])
    func `killed at any rename, the next run finds the old tree or the new one, and never both`(
        _ place: String, _ when: String
    ) async throws {
        let yard = try await ServeYard(ServeYard.roomy)
        try await yard.shell("mkdir -p t/sub bin; echo 1 >t/sub/a; echo 2 >t/b; echo 3 >t/c; save k t")
        try Files.writeAtomically(Self.dyingMove, to: yard.path("bin/mv"), mode: 0o755)
        let outcome = try await yard.run(
            """
            cat >round <<'END'
            set -eu
            \(place)
            mkdir place/old; echo x >place/x; echo y >place/old/y; echo z >place/z
            PATH=$PWD/bin:$PATH dash -c 'ME=$$; export ME; exec dash \(Self.script) restore --key k --path tree=place' || :
            dash \(Self.script) restore --key none --path tree=place
            (cd place && find . ! -name . | sort | tr '\\n' ' '); ls -A . place | grep berth- || echo clean
            dash \(Self.script) restore --key k --path tree=place --fail-on-miss
            (cd place && find . ! -name . | sort | tr '\\n' ' '); ls -A . place | grep berth- || echo clean
            END
            for n in 1 2 3 4 5 6 7 8; do
                rm -rf place count; : >count
                DIE=$n WHEN=\(when) COUNT=$PWD/count unshare -mpf --mount-proc sh round || echo failed
            done
            """)
        let (old, new) = ("./old ./old/y ./x ./z clean", "./b ./c ./sub ./sub/a clean")
        let lines = outcome.output.split(separator: "\n").map(String.init)
        #expect(lines.count == 16 && lines.contains(old), "\(outcome)")
        for (number, line) in lines.enumerated() {
            #expect(line == new || (number % 2 == 0 && line == old), "\(number): \(line)")
        }
    }

    /// A service that sends the half of one file, more than tar reads at once, and then nothing.
    private static let stalling = """
        import http.server, io, tarfile, time, urllib.parse
        class Stalling(http.server.BaseHTTPRequestHandler):
            def log_message(self, *args): pass
            def do_POST(self):
                self.rfile.read(int(self.headers["Content-Length"]))
                self.answer(b"hit=exact\\nentry=" + b"0" * 64 + b"\\nkey=k\\n")
            def do_GET(self):
                at = urllib.parse.parse_qs(self.path.split("?", 1)[1])["at"][0].lstrip("/")
                out = io.BytesIO()
                archive = tarfile.open(fileobj=out, mode="w")
                folder, file = tarfile.TarInfo(at), tarfile.TarInfo(at + "/a")
                folder.type, folder.mode, file.size = tarfile.DIRTYPE, 0o755, 900000
                archive.addfile(folder)
                archive.addfile(file, io.BytesIO(bytes(900000)))
                self.answer(out.getvalue()[:600000])
                time.sleep(600)
            def answer(self, bytes):
                self.send_response(200); self.end_headers(); self.wfile.write(bytes); self.wfile.flush()
        server = http.server.HTTPServer(("127.0.0.1", 0), Stalling)
        print(server.server_port, flush=True)
        server.serve_forever()
        """

    @Test func `a killed run's half unpacked tree is not unpacked over`() async throws {
        let yard = try await ServeYard(ServeYard.roomy)
        try await yard.shell("mkdir t old; echo 2 >t/b; save k t; echo x >old/x")
        try Files.writeAtomically(Self.stalling, to: yard.path("stalling.py"))
        let outcome = try await yard.run(
            """
            python3 stalling.py >port & server=$!
            trap 'kill -9 $server 2>/dev/null' EXIT
            until [ -s port ]; do sleep 0.1; done
            BERTH_URL=http://127.0.0.1:$(cat port) unshare -pf --kill-child --mount-proc \
                dash \(Self.script) restore --key k --path tree=old & step=$!
            for try in $(seq 600); do ls .berth-restore.*/a >/dev/null 2>&1 && echo half && break; sleep 0.1; done
            kill -9 $step; wait $step
            unshare -pf --mount-proc dash \(Self.script) restore --key k --path tree=old --fail-on-miss
            ls -A old; ls -A . | grep berth- || echo clean
            """, limit: .seconds(120))
        #expect(outcome.output == "half\nb\nclean\n", "\(outcome)")
    }

    @Test(arguments: ["dash", "bash", "busybox"], ["TERM", "INT"])
    func `a step that is ended ends its streams too, however long the service is silent`(
        _ name: String, _ signal: String
    ) async throws {
        let (yard, shell) = (try await ServeYard(ServeYard.roomy), try await Self.shell(name))
        try Files.writeAtomically(Self.stalling, to: yard.path("stalling.py"))
        let outcome = try await yard.run(
            """
            mkdir old; echo old >old/x; python3 stalling.py >port & server=$!
            trap 'kill -9 $server 2>/dev/null' EXIT
            until [ -s port ]; do sleep 0.1; done
            # A shell's background job knows no interrupt, unless somebody gives it back.
            BERTH_URL=http://127.0.0.1:$(cat port) python3 -c 'if True:
                import os, signal, sys
                signal.signal(signal.SIGINT, signal.SIG_DFL)
                os.execvp(sys.argv[1], sys.argv[1:])' \(shell.joined(separator: " ")) \(Self.script) \
                restore --key k --path tree=old 2>/dev/null & step=$!
            until ls .berth-restore.*/a >/dev/null 2>&1; do sleep 0.1; done
            kill -\(signal) $step; wait $step; echo $?; cat old/x; ls -A | grep berth- || echo clean
            """, limit: .seconds(100))
        #expect(outcome.output == (signal == "INT" ? "130" : "143") + "\nold\nclean\n", "\(outcome)")
    }

    @Test func `a mount point is filled in place`() async throws {
        let yard = try await ServeYard(ServeYard.roomy)
        try await yard.shell("mkdir -p t/.dot t/sub volume; echo 1 >t/sub/a; echo 2 >t/.dot/b; save k t")
        let outcome = try await yard.run(
            """
            unshare -m sh -euc 'mount -t tmpfs none volume; echo old >volume/old
            dash \(Self.script) restore --key k --path tree=volume --fail-on-miss
            find volume | sort; cat volume/sub/a'
            """)
        #expect(
            outcome.output == "volume\nvolume/.dot\nvolume/.dot/b\nvolume/sub\nvolume/sub/a\n1\n", "\(outcome)")
    }

    @Test func `the token stands in no argument`() async throws {
        let yard = try await ServeYard(ServeYard.roomy)
        let token = try yard.token()
        try await yard.shell("mkdir t; echo 1 >t/a")
        let outcome = try await yard.run(
            "strace -f -qq -s 4096 -e trace=execve -o calls dash \(Self.script) save --key k --path tree=t",
            token: token)
        #expect(outcome.code == 0, "\(outcome)")
        let calls = try Files.readText(yard.path("calls"))
        // strace shows the variables as a number only.
        #expect(calls.contains("curl") && !calls.contains(String(token.dropFirst(6))))
    }

    @Test(arguments: [
        "", "help", "restore", "restore --key k", "save --key k --path ..", "restore --key k --path /", "key",
        "save --key k --path none", "restore --key k --path a --cost", "restore --what k",
    ]) func `wrong calls are told so`(_ arguments: String) async throws {
        let yard = try await ServeYard(ServeYard.roomy)
        let outcome = try await Self.cache(yard, ["dash"], arguments)
        #expect(outcome.code == 64 && outcome.errors.contains("berth-cache: "), "\(outcome)")
    }
}
