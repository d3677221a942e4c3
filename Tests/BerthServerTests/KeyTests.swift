import BerthCache
import BerthServer
import BerthSystem
import BerthTestSupport
import SystemPackage
import Testing

/// Keys from lockfiles that a job sends; who makes them is a double here.
struct KeyTests {
    private struct Maker: KeyMaking {
        func needs(of profile: String) throws -> ProfileNeeds {
            guard profile == "uv" else { throw BerthError(.usage, "there is no such profile", remedy: "name another") }
            return ProfileNeeds(lockfiles: ["uv.lock", "packages/*/uv.lock"], variables: ["UV_X", "UV_Y"])
        }

        func key(_ request: AskedKey) throws -> MadeKey {
            let files = request.files.map { "\($0.name):\($0.bytes.count)" }.sorted().joined(separator: ";")
            let os = request.facts["os"] ?? "none"
            return MadeKey(
                key: try CacheKey("uv-\(os)\(request.variables["UV_X"] ?? "")-\(files)"),
                restoreKeys: [try CacheKey("uv-\(os)")], version: "v", paths: ["t=\(request.root)/t"])
        }
    }

    private static let script = FilePath(#filePath).removingLastComponent().removingLastComponent()
        .removingLastComponent().pushing("scripts/berth-cache").string

    @Test(.linuxOnly("dash")) func `by a profile the script sends lockfiles, and restores what its paths hold`()
        async throws
    {
        let yard = try await ServeYard(ServeYard.roomy, keys: Maker())
        try await yard.shell(
            "mkdir -p packages/a t; echo 12345 >uv.lock; echo 1 >packages/a/uv.lock; echo x >other.lock; echo y >t/y")
        let key = try await yard.run("UV_X='a $b' dash \(Self.script) key --profile uv")
        #expect(key.output == "uv-Linuxa $b-packages/a/uv.lock:2;uv.lock:6\n" && key.code == 0, "\(key)")
        let saved = try await yard.run("dash \(Self.script) save --profile uv; rm -r t; echo 1234 >uv.lock")
        #expect(saved.code == 0 && saved.errors.contains("saved uv-Linux-"), "\(saved)")
        let near = try await yard.run("dash \(Self.script) restore --profile uv --fail-on-miss; echo $?; cat t/y")
        #expect(near.output == "5\ny\n" && near.errors.contains("restored uv-Linux-"), "\(near)")
        let unknown = try await yard.run("dash \(Self.script) restore --profile no --fail-on-miss")
        #expect(unknown.code == 5 && unknown.errors.contains("no such profile"), "\(unknown)")
    }

    @Test func `a service without profiles says so`() async throws {
        let yard = try await ServeYard(ServeYard.roomy)
        let answer = try await yard.shell("status $API/profiles/uv; cat answer")
        #expect(answer.hasPrefix("501\n{\"code\":\"no_profiles\""), "\(answer)")
    }

    @Test func `lockfiles by names that lead elsewhere are refused`() async throws {
        let yard = try await ServeYard(ServeYard.roomy, keys: Maker())
        for name in ["../uv.lock", "/etc/uv.lock"] {
            let answer = try await yard.shell(
                """
                python3 -c 'import sys, tarfile
                a = tarfile.open(fileobj=sys.stdout.buffer, mode="w|"); i = tarfile.TarInfo("\(name)"); a.addfile(i); a.close()' |
                    status --data-binary @- "$API/key?profile=uv"; cat answer
                """)
            #expect(answer.hasPrefix("400\n{\"code\":\"invalid\""), "\(answer)")
        }
    }
}
