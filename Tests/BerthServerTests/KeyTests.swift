import BerthCache
import BerthServer
import BerthSystem
import BerthTestSupport
import SystemPackage
import Testing

/// Keys from lockfiles that a job sends, by the profiles that Berth ships.
struct KeyTests {
    private static let project = FilePath(#filePath).removingLastComponent().removingLastComponent()
        .removingLastComponent()
    private static let script = project.pushing("scripts/berth-cache").string

    private static func yard() async throws -> ServeYard {
        let catalog = try ProfileCatalog(checkout: nil, user: nil, named: project.appending("cache"))
        return try await ServeYard(ServeYard.roomy, keys: ProfileKeys(catalog))
    }

    private static let hash = "--hash=sha256:" + String(repeating: "0", count: 64)

    private static func cache(_ yard: ServeYard, _ line: String) async throws -> Command.Outcome {
        try await yard.run("dash \(script) \(line)", ["PIP_CACHE_DIR": yard.path("pips").string])
    }

    @Test(.linuxOnly("dash")) func `by a profile the script sends lockfiles, and restores what its paths hold`()
        async throws
    {
        let yard = try await Self.yard()
        try await yard.shell(
            "mkdir -p pips/http-v2; echo y >pips/http-v2/y; echo 'six==1.16.0 \(Self.hash)' >requirements.txt")
        let key = try await Self.cache(yard, "key --profile pip")
        #expect(key.code == 0 && key.output.hasPrefix("pip-linux-"), "\(key)")
        let saved = try await Self.cache(
            yard, "save --profile pip; rm -r pips; echo 'six==1.17.0 \(Self.hash)' >requirements.txt")
        #expect(saved.code == 0 && saved.errors.contains("saved pip-linux-"), "\(saved)")
        let near = try await Self.cache(yard, "restore --profile pip --fail-on-miss; echo $?; cat pips/http-v2/y")
        #expect(near.output == "5\ny\n" && near.errors.contains("restored pip-linux-"), "\(near)")
        let unknown = try await Self.cache(yard, "restore --profile no --fail-on-miss")
        #expect(unknown.code == 5 && unknown.errors.contains("there is no profile no"), "\(unknown)")
    }

    @Test(.linuxOnly("dash")) func `what requirements include is sent too, and what is not there is told`() async throws
    {
        let yard = try await Self.yard()
        try await yard.shell(
            """
            mkdir -p in/deep; echo '-r in/a.txt' >requirements.txt; echo '-c deep/b.txt' >in/a.txt
            echo 'six==1.16.0 \(Self.hash)' >>in/a.txt; echo 'six==1.16.0' >in/deep/b.txt
            """)
        let one = try await Self.cache(yard, "key --profile pip")
        try await yard.shell("echo 'six==1.17.0 \(Self.hash)' >in/a.txt")
        let other = try await Self.cache(yard, "key --profile pip")
        #expect(one.code == 0 && other.code == 0 && one.output != other.output, "\(one) \(other)")
        try await yard.shell("rm in/a.txt")
        let gone = try await Self.cache(yard, "restore --profile pip --fail-on-miss")
        #expect(gone.code == 5 && gone.errors.contains("includes in/a.txt, which is not there"), "\(gone)")
    }

    @Test(
        .linuxOnly("dash"),
        arguments: [
            ("pip", "requirements.txt", ": >requirements.txt; rm requirements.txt; mkdir requirements.txt", "none of"),
            ("pip", "requirements.txt", "echo six >requirements.txt", "not pinned"),
            ("npm", "package-lock.json", ": >package-lock.json", "no key was made"),
            ("npm", "package-lock.json", "echo '{\"lockfileVersion\": 3' >package-lock.json", "can't be read"),
            ("npm", "package-lock.json", "echo '{\"lockfileVersion\": 9}' >package-lock.json", "version 9"),
            ("npm", "package-lock.json", "head -c 9000000 /dev/zero >package-lock.json", "larger than 8 MiB"),
            ("npm", "package-lock.json", "head -c 70000000 /dev/zero >package-lock.json", "larger than"),
        ])
    func `a lockfile that can't be read is a miss with its reason, never a key`(
        _ profile: String, _ file: String, _ script: String, _ words: String
    ) async throws {
        let yard = try await Self.yard()
        try await yard.shell(script)
        let outcome = try await Self.cache(yard, "restore --profile \(profile) --fail-on-miss")
        #expect([5, 64].contains(outcome.code) && outcome.errors.contains(words), "\(outcome)")
        let key = try await Self.cache(yard, "key --profile \(profile)")
        #expect(key.output.isEmpty, "\(key)")
    }

    @Test func `a profile says what it needs: lockfiles, settings, variables, facts`() async throws {
        let yard = try await Self.yard()
        let lines = try await yard.shell("text $API/profiles/node-modules").split(separator: "\n")
        for line in [
            "lockfile=yarn.lock", "setting=**/package.json", "setting=!**/node_modules", "variable=NODE_ENV",
            "fact=node-version", "fact=libc",
        ] { #expect(lines.contains(Substring(line)), "\(lines)") }
        #expect(!lines.contains("fact=python-version"))
    }

    @Test func `a service without profiles says so`() async throws {
        let yard = try await ServeYard(ServeYard.roomy)
        let answer = try await yard.shell("status $API/profiles/uv; cat answer")
        #expect(answer.hasPrefix("501\n{\"code\":\"no_profiles\""), "\(answer)")
    }

    @Test func `lockfiles by names that lead elsewhere are refused`() async throws {
        let yard = try await Self.yard()
        for name in ["../uv.lock", "/etc/uv.lock"] {
            let answer = try await yard.shell(
                """
                python3 -c 'import sys, tarfile
                a = tarfile.open(fileobj=sys.stdout.buffer, mode="w|"); i = tarfile.TarInfo("\(name)"); a.addfile(i); a.close()' |
                    status --data-binary @- "$API/key?profile=npm&root=/w&home=/root&fact=os=Linux"; cat answer
                """)
            #expect(answer.hasPrefix("400\n{\"code\":\"invalid\""), "\(answer)")
        }
    }
}
