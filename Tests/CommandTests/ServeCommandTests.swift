import BerthSystem
import BerthTestSupport
import SystemPackage
import Testing

/// `berth serve` as a program of its own: started, used, ended by a signal, started again.
struct ServeCommandTests {
    private let folder: TemporaryFolder
    private let calls: Calls

    init() throws {
        folder = try TemporaryFolder("serve")
        calls = Calls(
            home: folder.path.appending("home"),
            environment: ["HERE": folder.path.string, "GITHUB_OUTPUT": "", "BERTH_URL": "", "BERTH_TOKEN": ""])
    }

    /// `serve` starts it and sets `BERTH_URL`; whatever happens it is gone at the end.
    private static let functions = """
        cd "$HERE"
        serve() {
            : >out; "$BERTH" serve --listen 127.0.0.1:${1:-0} --keep-free 1MB --quiet >out 2>err & service=$!
            trap 'kill -9 $service 2>/dev/null' EXIT
            for try in $(seq 300); do [ -s out ] && break; sleep 0.1; done
            export BERTH_URL=$(cat out)
        }
        token() { export BERTH_TOKEN=$("$BERTH" serve token --repository octo/hello --ref refs/heads/main "$@"); }

        """

    private func run(_ script: String) async throws -> Command.Outcome {
        try await calls.shell(Self.functions + script)
    }

    @Test func `commands use it by its address and a token, and know nothing of the store`() async throws {
        let outcome = try await run(
            """
            serve; token; export BERTH_HOME=$HERE/nowhere
            mkdir t; echo one >t/a; ln -s a t/b
            "$BERTH" cache save --key k --path t --json; rm -r t
            "$BERTH" cache restore --key k --path t --fail-on-miss; cat t/b
            "$BERTH" cache restore --key none --path t --fail-on-miss; echo "missed $?"
            echo two >t/a; "$BERTH" cache save --key k --path t; echo "conflict $?"
            "$BERTH" cache restore --key k --path t --ref refs/heads/x; echo "scope $?"
            BERTH_TOKEN=x "$BERTH" cache restore --key k --path t; echo "token $?"
            ls $HERE/nowhere; kill $service; wait $service; echo "ended $?"
            "$BERTH" cache restore --key k --path t; echo "gone $?"
            "$BERTH" cache restore --key k --path t --fail-on-miss; echo "strict $?"
            "$BERTH" cache save --key k --path t; echo "unsaved $?"
            """)
        let lines = outcome.output.split(separator: "\n").map(String.init)
        #expect(lines.contains("one") && outcome.output.contains("restored: k"), "\(outcome)")
        for expected in ["missed 5", "conflict 1", "scope 64", "token 4", "ended 0", "gone 0", "strict 5", "unsaved 0"]
        {
            #expect(lines.contains(expected), "\(expected): \(outcome)")
        }
        #expect(outcome.errors.contains("note: nothing was saved, for the cache service failed"), "\(outcome)")
        #expect(outcome.errors.contains("taken by other content") && !outcome.output.contains("\"packs\""))
    }

    @Test func `a job that may only read saves nothing and goes on, by command and by script`() async throws {
        let outcome = try await runScript(
            """
            mkdir t; echo one >t/a; "$BERTH" cache save --key k --path t; token --read-only
            "$BERTH" cache save --key command --path t; echo "command $?"
            dash "$SCRIPT" save --key script --path t; echo "script $?"
            "$BERTH" cache restore --key k --path t --fail-on-miss >/dev/null; echo "read $?"
            unset BERTH_URL; "$BERTH" cache list --quiet
            """)
        #expect(outcome.output.hasSuffix("command 0\nscript 0\nread 0\nk\n"), "\(outcome)")
        let words = "this job may read caches, and not save them"
        let refusals = outcome.errors.split(separator: "\n").filter { $0.contains(words) }
        #expect(refusals.count == 2 && refusals[0].hasPrefix("note: nothing was saved"), "\(outcome)")
    }

    @Test func `killed in the middle of a save it leaves no entry, and its tokens hold when it is back`() async throws {
        let outcome = try await run(
            """
            serve; token; mkdir t; echo one >t/a; tar -cf whole t
            (cat whole; sleep 30) | curl -sS -H "Authorization: Bearer $BERTH_TOKEN" -T - \
                "$BERTH_URL/cache/v1/entries?key=k&path=t&at=/t" & upload=$!
            sleep 1; kill -9 $service; wait $service; wait $upload; echo "upload $?"
            serve; "$BERTH" cache restore --key k --path t --fail-on-miss; echo "missed $?"
            "$BERTH" cache save --key k --path t; echo "saved $?"
            "$BERTH" store check --read-data >/dev/null; echo "check $?"
            """)
        let lines = outcome.output.split(separator: "\n")
        #expect(!lines.contains("upload 0") && lines.contains("missed 5"), "\(outcome)")
        #expect(lines.contains("saved 0") && lines.contains("check 0"), "\(outcome)")
    }

    @Test(.linuxOnly("tmpfs")) func `a disk that fills up in the middle of a save is told, and the store is whole`()
        async throws
    {
        let outcome = try await run(
            """
            mkdir "$BERTH_HOME"; mount -t tmpfs -o size=200m none "$BERTH_HOME"
            serve; token; trap 'kill -9 $service; wait $service; umount "$BERTH_HOME"' EXIT
            mkdir t; head -c 20000000 /dev/urandom >t/a; tar -cf whole t
            send() { curl -sS -w '%{http_code}\\n' -H "Authorization: Bearer $BERTH_TOKEN" -T - \
                "$BERTH_URL/cache/v1/entries?key=k&path=t&at=/t"; }
            # What went through the pipe is on its way: the save has begun.
            (head -c 6000000 whole; : >sent; until [ -e go ]; do sleep 0.1; done; tail -c +6000001 whole) |
                send >answer & upload=$!
            for try in $(seq 600); do [ -e sent ] && break; sleep 0.1; done
            head -c 400000000 /dev/zero >"$BERTH_HOME/filler" 2>/dev/null; : >go
            wait $upload; cat answer; rm "$BERTH_HOME/filler"
            "$BERTH" cache restore --key k --path t --fail-on-miss; echo "missed $?"
            "$BERTH" cache save --key k --path t; echo "saved $?"
            "$BERTH" store check --read-data >/dev/null; echo "check $?"
            """)
        let lines = outcome.output.split(separator: "\n").map(String.init)
        #expect(lines.contains { $0.contains("\"code\":\"no_space\"") && $0.hasSuffix("507") }, "\(outcome)")
        #expect(lines.contains("missed 5") && lines.contains("saved 0") && lines.contains("check 0"), "\(outcome)")
    }

    @Test func `tokens are listed without themselves, revoked by id, and expire`() async throws {
        let outcome = try await run(
            """
            serve; token --read-only --ttl 1h; "$BERTH" serve tokens
            "$BERTH" serve revoke $("$BERTH" serve tokens --quiet); "$BERTH" serve tokens
            "$BERTH" cache restore --key k --path t; echo "revoked $?"
            token --ttl 1s; sleep 2; "$BERTH" cache restore --key k --path t; echo "expired $?"
            "$BERTH" serve revoke 0123456789ab; echo "unknown $?"
            echo "$BERTH_TOKEN" | grep -qE '^berth-[0-9a-f]{64}$'; echo "form $?"
            """)
        for expected in ["octo/hello refs/heads/main  read-only", "revoked 4", "expired 4", "unknown 1", "form 0"] {
            #expect(outcome.output.contains(expected), "\(expected): \(outcome)")
        }
    }

    /// Checkouts of several ecosystems; `same OPTIONS` tells whether script, command and service make one key.
    private static let checkouts = """
        hash="--hash=sha256:$(printf '%064d' 0)"; mkdir -p py/requirements py/more/deep yarn/.yarn/patches/z
        echo "six==1.16.0 $hash" >py/requirements.txt; echo 3.11 >py/.python-version
        printf 'attrs==1.0 %s\\n-r ../more/a.txt\\n' "$hash" >py/requirements/dev.txt
        echo '-c deep/b.txt' >py/more/a.txt; echo 'six==1.16.0' >py/more/deep/b.txt
        mkdir -p yarn/packages/a/b/c yarn/node_modules/x yarn/patches/deep
        printf '# yarn lockfile v1\\n\\n\\na@^1.0.0:\\n  version "1.0.0"\\n' >yarn/yarn.lock
        printf '  resolved "https://npm.example/a/-/a-1.0.0.tgz#%040d"\\n' 0 >>yarn/yarn.lock
        echo '{"dependencies":{"a":"^1.0.0"},"packageManager":"yarn@1.22.22"}' >yarn/package.json
        echo '{"dependencies":{"a":"^1.0.0"}}' >yarn/packages/a/b/c/package.json
        echo '{"broken' >yarn/node_modules/x/package.json; echo p >yarn/patches/deep/p; echo q >yarn/.yarn/patches/z/q
        echo 'node-linker=hoisted' >yarn/.npmrc
        same() {
            one=$(dash "$SCRIPT" key "$@"); two=$("$BERTH" cache key "$@"); three=$("$BERTH" cache key --url $BERTH_URL "$@")
            if [ -n "$one" ] && [ "$one" = "$two" ] && [ "$two" = "$three" ]; then echo same
            else echo "$* differs: $one, $two, $three"; fi
        }

        """

    private func runScript(_ script: String) async throws -> Command.Outcome {
        try await run("SCRIPT='\(project.pushing("scripts/berth-cache"))'; serve; token\n" + Self.checkouts + script)
    }

    @Test(.linuxOnly("dash")) func `script, command and service make one key`() async throws {
        let outcome = try await runScript(
            """
            (cd py; same --profile pip; same --profile venv --group dev --extra all; same --profile venv --by files
            same --profile pip --lockfile 'requirements/*.txt'; same --profile pip --by files --lockfile '**/*.txt')
            same --profile venv --root yarn/../py
            (cd yarn; same --profile node-modules; NODE_ENV=production same --profile node-modules
            same --profile node-modules --by files; same --profile yarn; "$BERTH" cache key --profile node-modules >../one
            echo '{"dependencies":{"a":"^1.0.1"}}' >packages/a/b/c/package.json; same --profile node-modules
            "$BERTH" cache key --profile node-modules >../two)
            cmp -s one two; echo "changed $?"
            """)
        #expect(
            outcome.output == String(repeating: "same\n", count: 11) + "changed 1\n", "\(outcome)")
    }

    @Test(.linuxOnly("dash")) func `what the script saves the command restores, without what the profile leaves out`()
        async throws
    {
        let outcome = try await runScript(
            """
            mkdir n; cd n; echo '{"lockfileVersion": 3, "packages": {"": {}}}' >package-lock.json
            export npm_config_cache=$PWD/c; mkdir -p c/_cacache/tmp c/_cacache/content
            echo one >c/_cacache/tmp/x; ln c/_cacache/tmp/x c/_cacache/content/y; echo two >c/_cacache/content/z
            dash "$SCRIPT" save --profile npm; "$BERTH" cache save --profile npm
            env -u BERTH_URL GITHUB_REPOSITORY=octo/hello GITHUB_REF=refs/heads/main "$BERTH" cache save --profile npm
            rm -r c; "$BERTH" cache restore --profile npm --fail-on-miss --quiet; find c -type f | sort
            cd ../py; mkdir .venv; echo three >.venv/a
            dash "$SCRIPT" save --profile venv --by files; rm -r .venv
            "$BERTH" cache restore --profile venv --by files --fail-on-miss --quiet; cat .venv/a
            mkdir more/extra; echo four >more/extra/a
            dash "$SCRIPT" save --profile custom --lockfile '*.txt' --path more/extra --key own-1; rm -r more/extra
            "$BERTH" cache restore --profile custom --lockfile '*.txt' --path more/extra --key own-1 --fail-on-miss --quiet
            cat more/extra/a; "$BERTH" cache explain own-1 --url $BERTH_URL
            """)
        let lines = outcome.output.split(separator: "\n").map(String.init)
        #expect(lines.filter { $0.hasPrefix("the same content was there already: npm-") }.count == 2, "\(outcome)")
        #expect(lines.contains("c/_cacache/content/y") && !lines.contains("c/_cacache/tmp/x"), "\(outcome)")
        #expect(lines.contains("three") && lines.contains("four"), "\(outcome)")
        #expect(lines.last?.contains("found: saved on") == true, "\(outcome)")
    }

    @Test func `wrong addresses and times are told, and one that is taken`() async throws {
        let outcome = try await run(
            """
            serve; port=${BERTH_URL##*:}
            "$BERTH" serve --listen 127.0.0.1:$port; echo "taken $?"
            "$BERTH" serve --listen nonsense:x; echo "listen $?"
            "$BERTH" serve --keep-free much; echo "free $?"
            "$BERTH" serve token --repository nonsense --ref refs/heads/main; echo "repository $?"
            "$BERTH" serve token --repository o/r --ref refs/heads/main --ttl 30d; echo "ttl $?"
            """)
        for expected in ["taken 75", "listen 64", "free 64", "repository 64", "ttl 64"] {
            #expect(outcome.output.contains(expected), "\(expected): \(outcome)")
        }
    }
}
