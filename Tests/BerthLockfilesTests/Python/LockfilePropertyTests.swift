import BerthDocument
import BerthSystem
import Testing

@testable import BerthLockfiles

/// What holds for every lockfile, tried on files of the real tools.
@Suite struct LockfilePropertyTests {
    @Test(arguments: PythonLockfile.all) func `a real lockfile is read`(_ file: PythonLockfile) throws {
        let found = try file.read()
        #expect(found.packages.count >= 6 && found.format == file.format)
        for package in found.packages {
            let isRepository = package.source.hasPrefix("git") || package.source.contains("type git")
            #expect(package.integrity.isEmpty == isRepository, "\(package)")
            #expect(!package.name.isEmpty && (!package.source.contains("@") || isRepository))
        }
        for fact in found.shape {
            #expect(![fact.subject, fact.aspect, fact.value].joined().contains("\n"), "\(fact)")
        }
    }

    @Test(arguments: PythonLockfile.trees) func `order and layout do not matter`(_ file: PythonLockfile) throws {
        let root = try file.root
        let expected = try file.read()
        for seed in 0..<20 {
            var writer = TreeWriter(noise: LockfileNoise(state: UInt64(seed)), kept: ["sources"])
            #expect(try file.read(root, &writer) == expected, "seed \(seed)")
        }
    }

    /// What may change without a consequence, by the way to it.
    private static var neutral: [(LockfileFormat, Regex<Substring>)] {
        [
            (.uv, #/\.revision|\.package\[\]\.metadata\..*|.*\.(?:size|upload-time)/#),
            (.uv, #/\.package\[\]\.(?:sdist|wheels\[\])\.(?:url|filename)/#),
            (.poetry, #/\.package\[\]\.(?:description|files\[\]\.file)/#),
            (.poetry, #/\.metadata\.(?:content-hash|lock-version|files\..*\.file)/#),
            (.pdm, #/\.package\[\]\.(?:summary|files\[\]\.(?:file|url))|\.metadata\.(?:content_hash|lock_version)/#),
            (.pipfile, #/\._meta\.(?:hash\..*|sources\[\]\.verify_ssl)/#),
            (.pylock, #/\.(?:created-by|lock-version)|.*\.(?:size|upload-time)/#),
            (.pylock, #/\.packages\[\]\.(?:sdist|wheels\[\])\.(?:url|name)/#),
        ]
    }

    @Test(arguments: PythonLockfile.trees) func `each single value matters, but for a known few`(
        _ file: PythonLockfile
    ) throws {
        let root = try file.root
        let expected = try file.read()
        var writer = TreeWriter(noise: LockfileNoise(state: 1), kept: ["sources"])
        let neutral = Self.neutral.filter { $0.0 == file.format }
        for (index, leaf) in root.leaves.enumerated() {
            var number = index
            let changed = root.changing(&number)
            let isNeutral = neutral.contains { leaf.way.wholeMatch(of: $0.1) != nil }
            // A project that is not installed itself leaves no trace of its version.
            let isVirtual = leaf.way == ".package[].version" && leaf.text == "0.1.0" && file.format == .uv
            do {
                let found = try file.read(changed, &writer)
                #expect((found == expected) == (isNeutral || isVirtual), "\(leaf)")
            } catch is DocumentFaults { #expect(!isNeutral, "\(leaf)") }
        }
    }

    @Test(arguments: PythonLockfile.all) func `a file cut anywhere is refused`(_ file: PythonLockfile) throws {
        let bytes = Array(try file.text.utf8)
        var undetected: [Int] = []
        for part in 0..<50 {
            let cut = Array(bytes[..<(bytes.count * part / 50)])
            do {
                _ = try PythonLocks.read(cut, file: file.name, format: file.format)
                undetected.append(part)
            } catch is DocumentFaults {}
        }
        // A requirements file has no end of its own: one that is cut in a comment or behind a hash is a shorter one.
        let allowed = file.format == .requirements ? 10 : 0
        #expect(undetected.count <= allowed, "\(undetected)")
    }

    @Test(arguments: PythonLockfile.all) func `damaged bytes are faults or values, never a crash`(
        _ file: PythonLockfile
    ) throws {
        let bytes = Array(try file.text.utf8)
        var noise = LockfileNoise(state: 7)
        for _ in 0..<150 {
            var damaged = bytes
            for _ in 0..<Int.random(in: 1...4, using: &noise) {
                let index = Int.random(in: damaged.indices, using: &noise)
                damaged[index] = Bool.random(using: &noise) ? UInt8.random(in: 0...255, using: &noise) : 0x22
            }
            do {
                let found = try PythonLocks.read(damaged, file: file.name, format: file.format)
                #expect(found?.format == file.format)
            } catch is DocumentFaults {}
        }
    }

    @Test(arguments: [.uv, .poetry, .pdm, .pipfile, .pylock, .requirements] as [LockfileFormat])
    func `what is no lockfile is refused`(_ format: LockfileFormat) {
        #expect(!faults("", format).isEmpty && !faults("\n# nothing\n", format).isEmpty)
        #expect(!faults("{}", format).isEmpty && !faults("[[package]]\nname = \"a\"\n", format).isEmpty)
        #expect(!faults("<<<<<<< ours\n", format).isEmpty)
        let huge = [UInt8](repeating: 0x20, count: (64 << 20) + 1)
        #expect(throws: DocumentFaults.self) { try PythonLocks.read(huge, file: "f", format: format) }
        let latin = Array("# caf".utf8) + [0xE9, 0x0A]
        #expect(throws: DocumentFaults.self) { try PythonLocks.read(latin, file: "f", format: format) }
    }

    @Test func `later versions are refused, with the place`() throws {
        for (format, text) in [
            (.uv, "version = 2\nrevision = 1\n"), (.uv, "version = 0\n"),
            (.poetry, "package = []\n[metadata]\nlock-version = \"3.0\"\n"),
            (.pdm, "[metadata]\nlock_version = \"5.0.0\"\n"), (.pipfile, "{\"_meta\": {\n\"pipfile-spec\": 7}}"),
            (.pylock, "lock-version = \"2.0\"\ncreated-by = \"x\"\npackages = []\n"),
        ] as [(LockfileFormat, String)] {
            let found = faults(text, format)
            #expect(found.count == 1 && found[0].contains("is not known; this program reads"), "\(found)")
            #expect(found[0].hasPrefix("f:"), "\(found)")
        }
        #expect(try PythonLocks.read([], file: "yarn.lock", format: .yarn) == nil)
    }

    @Test func `no field holds a line end or a credential`() throws {
        let package = "[[package]]\nname = \"a\"\nversion = \"1\"\nsource = { registry = \"%\" }\n"
        let texts = ["version = \"1\"": "version = \"1\\n2\"", "registry = \"%\"": "registry = \"a\\nb\""]
        for (old, new) in texts {
            let found = faults("version = 1\n" + package.replacing(old, with: new), .uv)
            #expect(found.count == 1 && found[0].contains("control character"), "\(found)")
        }
        #expect(!faults("version = 1\n\"x\\ny\" = 1\n" + package, .uv).isEmpty)
        let address = "https://me:secret@host.example/simple?token=secret&x=1#part"
        let text = "version = 1\n" + package.replacing("%", with: address) + "note = \"see \(address) and more\"\n"
        let found = try #require(try PythonLocks.read(Array(text.utf8), file: "f", format: .uv))
        #expect(found.packages[0].source == "registry https://host.example/simple?x=1#part")
        #expect(found.shape[0].value == "see https://host.example/simple?x=1#part and more")
    }
}
