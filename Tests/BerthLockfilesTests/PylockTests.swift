import BerthArchive
import BerthDocument
import Testing

@testable import BerthLockfiles

@Suite struct PylockTests {
    private static let digest = String(repeating: "ab", count: 32)

    private func text(_ packages: String) -> String {
        "lock-version = \"1.0\"\ncreated-by = \"uv\"\nrequires-python = \">=3.13\"\n" + packages
    }

    private func faults(_ text: String) -> [String] {
        do {
            _ = try Pylock(Array(text.utf8), file: "pylock.toml")
            return []
        } catch { return error.faults.map(\.message) }
    }

    @Test func `wheels on one line and in an array over lines are both read`() throws {
        let hashes = "hashes = { sha256 = \"\(Self.digest)\" }"
        let lock = try Pylock(
            Array(
                text(
                    """
                    [[packages]]
                    name = "Typing.Extensions"
                    version = "4.1"
                    marker = "python_version < '3.14'"
                    index = "https://mirror.example/simple"
                    wheels = [{ url = "https://mirror.example/a/b%2Bc-1-py3-none-any.whl#x", size = 7, \(hashes) }]
                    sdist = { url = "https://mirror.example/a/b-1.tar.gz", \(hashes) }

                    [[packages]]
                    name = "ruff"
                    wheels = [
                        { path = "./w/r-1-py3-none-any.whl", upload-time = 2026-10-17T00:03:54Z, \(hashes) },
                        { name = "s-1-py3-none-any.whl", url = "https://mirror.example/x", \(hashes) },
                    ]
                    """
                ).utf8), file: "pylock.toml")
        #expect(lock.requiresPython == ">=3.13")
        #expect(lock.packages.map(\.name) == ["typing-extensions", "ruff"])
        let first = lock.packages[0]
        #expect(first.version == "4.1" && first.marker == "python_version < '3.14'" && first.sourceDistribution != nil)
        #expect(first.wheels[0].fileName == "b+c-1-py3-none-any.whl")
        #expect(first.wheels[0].size == ByteCount(7))
        #expect(first.wheels[0].digest == (try Digest(hex: Self.digest)))
        let second = lock.packages[1].wheels
        #expect(second[0].location == .path("./w/r-1-py3-none-any.whl"))
        #expect(second[0].uploaded == 1_792_195_434)
        #expect(second[1].fileName == "s-1-py3-none-any.whl")
    }

    @Test func `all that is missing or doubtful is told together`() {
        let found = faults(
            """
            lock-version = "2.0"
            [[packages]]
            name = "a"
            wheels = [{ url = "https://mirror.example/a-1-py3-none-any.whl", hashes = { md5 = "x" } }]
            [[packages]]
            name = "A"
            vcs = { type = "git" }
            [[packages]]
            name = "-b"
            """)
        #expect(
            found == [
                "the key \"created-by\" is missing", "lock-version 2.0 is not known; this program reads 1.x",
                "a file of a has no sha256 hash",
                "the package a stands in the lock more than once; lock for one environment",
                "the package A comes from a vcs; only wheels of a package index can be locked",
                "\"-b\" is not the name of a Python package",
            ])
        #expect(faults(text("")) == ["the key \"packages\" is missing"])
        #expect(faults(text("packages = 3")) == ["\"packages\" is a list, not a single value"])
        #expect(
            faults(text("[[packages]]\nname = \"a\"\nwheels = [{ hashes = { sha256 = \"12\" }, url = \"u/x\" }]")) == [
                "the sha256 hash of a file of a has not 64 hexadecimal digits"
            ])
    }

    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0), ("2000-02-29T12:00:00Z", 951_825_600),
        ("2026-10-17T02:03:54+02:00", 1_792_195_434),
        ("2026-10-16T21:33:54.5-02:30", 1_792_195_434),
    ])
    func `times become seconds since 1970`(text: String, seconds: Int64) {
        #expect(Timestamp.seconds(text) == seconds)
    }

    @Test(arguments: ["", "2026-10-17", "2026-13-17T00:00:00Z", "2026-10-17T00:00:00", "2026-10-17T00:00:00+x"])
    func `other texts are no time`(text: String) { #expect(Timestamp.seconds(text) == nil) }

    @Test func `names are compared as PEP 503 says`() {
        #expect(PythonName.normalised("Friendly-._.Bard") == "friendly-bard")
        #expect(PythonName.isValid("a.b-c_d9") && !PythonName.isValid("a/b") && !PythonName.isValid("_a"))
    }
}
