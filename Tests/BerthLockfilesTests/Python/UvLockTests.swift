import BerthDocument
import BerthSystem
import Foundation
import SystemPackage
import Testing

@testable import BerthLockfiles

@Suite struct UvLockTests {
    private func read(_ text: String) throws -> LockedDependencies {
        try #require(try PythonLocks.read(Array(text.utf8), file: "uv.lock", format: .uv))
    }

    @Test func `packages are what comes from outside, the shape is the rest`() throws {
        let found = try PythonLockfile.named("uv.lock").read()
        let names = found.packages.map(\.name)
        #expect(!names.contains("alpha") && !names.contains("my-app"))
        #expect(names.filter { $0 == "urllib3" }.count == 2)
        let six = try #require(found.packages.first { $0.name == "six" })
        #expect(six.source.hasPrefix("git file:///srv/six.git?tag=1.16.0#") && six.integrity.isEmpty)
        let file = try #require(found.packages.first { $0.name == "iniconfig" })
        #expect(file.source == "path vendor/iniconfig-2.0.0-py3-none-any.whl" && file.integrity.count == 1)
        for fact in [
            ShapeFact("alpha", "installed from", "editable packages/alpha"), ShapeFact("alpha", "version", "1.0"),
            ShapeFact("alpha", "depends on anyio"), ShapeFact("my-app", "installed from", "virtual ."),
            ShapeFact("my-app", "extra new depends on urllib3", Self.newer),
            ShapeFact("my-app", "group dev depends on packaging"),
            ShapeFact("the lockfile", "requires-python", ">=3.10"),
            ShapeFact("the lockfile", "options.resolution-mode", "lowest-direct"),
            ShapeFact("the lockfile", "manifest.overrides", #"{name = "certifi", specifier = "<2026"}"#),
        ] { #expect(found.shape.contains(fact), "\(fact)") }
        #expect(!found.shape.contains { $0.subject == "my-app" && $0.aspect == "version" })
    }

    private static let newer =
        #"{source = {registry = "https://index.example.org/simple"}, version = "2.0.2"}"#

    @Test func `one name and version from two places are two packages, each with its own facts`() throws {
        let template = """
            [[package]]
            name = "torch"
            version = "2.0"
            source = { registry = "https://%1.example/simple" }
            resolution-markers = ["sys_platform == '%2'"]
            sdist = { hash = "sha256:\(String(repeating: "a", count: 64))" }

            """
        func lock(_ one: String, _ two: String) throws -> LockedDependencies {
            try read(
                "version = 1\n"
                    + [("a", one), ("b", two)].map { template.replacing("%1", with: $0).replacing("%2", with: $1) }
                    .joined())
        }
        let found = try lock("linux", "darwin")
        #expect(found.packages.count == 2 && Set(found.shape.map(\.subject)).count == 2)
        #expect(try lock("darwin", "linux") != found)
    }

    @Test func `what can't be known is refused`() {
        let head = "version = 1\n[[package]]\nname = \"a\"\nversion = \"1\"\n"
        for (text, words) in [
            (head, "\"source\" is missing"), (head + "source = { moon = \"x\" }", "of a kind"),
            (head + "source = { git = \"https://g.example/a?branch=main\" }", "without a commit"),
            (head + "source = { url = \"https://g.example/a.whl\" }", "has no hash"),
            (head + "source = { editable = \".\" }\ndependencies = [{ name = \"b\" }]", "not in the lockfile"),
            (head + "source = { editable = \".\" }\nsdist = { hash = \"sha256:ab\" }", "is cut"),
            ("version = 1\n[manifest]\nmembers = [\"z\"]\n", "not in the lockfile"),
            ("version = 1\n[[package]]\nname = \"a b\"\nsource = { virtual = \".\" }", "not the name"),
        ] {
            let found = faults(text, .uv)
            #expect(found.count == 1 && found[0].contains(words), "\(found)")
        }
    }

    /// A pair of successive lockfiles of a real project.
    struct Pair: Decodable, Sendable {
        let kind, repository, before, after, label: String
        let countBefore, countAfter: Int

        enum CodingKeys: String, CodingKey {
            case kind, repository, before, after
            case label = "external_packages"
            case countBefore = "count_before"
            case countAfter = "count_after"
        }

        static let folder = FilePath(#filePath).removingLastComponent().removingLastComponent()
            .removingLastComponent().removingLastComponent().removingLastComponent().pushing("shared/data")

        static var all: [Pair] {
            let text = (try? Files.readText(folder.pushing("lockfiles/index.json"))) ?? "[]"
            return ((try? JSONDecoder().decode([Pair].self, from: Data(text.utf8))) ?? []).filter { $0.kind == "uv" }
        }

        static func read(_ name: String) async throws -> LockedDependencies {
            let gzip = try Programs.require("gzip", remedy: "install gzip")
            let text = try await Command(gzip, ["-dc", folder.pushing(FilePath(name)).string]).output()
            return try #require(try PythonLocks.read(Array(text.utf8), file: "uv.lock", format: .uv))
        }
    }

    /// The labels count packages from outside by name and version; all of these files have each of them once.
    @Test(.enabled(if: !Pair.all.isEmpty), arguments: Pair.all)
    func `real successive lockfiles have the sets that their labels say`(_ pair: Pair) async throws {
        let before = try await Pair.read(pair.before)
        let after = try await Pair.read(pair.after)
        #expect(before.packages.count == pair.countBefore && after.packages.count == pair.countAfter)
        #expect((before.packages == after.packages) == (pair.label == "same"))
        // One member's version changed, which its installation writes down; the other pair widens a range only.
        let changesTree = pair.label == "changed" || pair.repository == "yanyongyu/githubkit"
        #expect((before == after) == !changesTree)
    }

    @Test(.enabled(if: !Pair.all.isEmpty)) func `a real lockfile cut anywhere is refused`() async throws {
        let name = try #require(Pair.all.first).before
        let gzip = try Programs.require("gzip", remedy: "install gzip")
        let text = try await Command(gzip, ["-dc", Pair.folder.pushing(FilePath(name)).string]).output()
        let bytes = Array(text.utf8)
        for part in 0..<50 {
            let cut = Array(bytes[..<(bytes.count * part / 50)])
            #expect(throws: DocumentFaults.self, "\(part)") {
                try PythonLocks.read(cut, file: "uv.lock", format: .uv)
            }
        }
    }
}
