import BerthSystem
import BerthTestSupport
import Foundation
import SystemPackage
import Testing

@testable import BerthCache

/// `hashFiles` against an implementation of another kind: regular expressions, in Python.
struct HashFilesTests {
    private struct Case: Decodable {
        let patterns: [String]
        let follow: Bool
        let files: [String]
        let value: String
    }

    private func cases(_ folder: TemporaryFolder, _ seed: Int, _ count: Int) async throws -> [Case] {
        let script = Profiles.project.pushing("Tests/Readers/hashfiles.py").string
        let arguments = [script, folder.path.string, "\(seed)", "\(count)"]
        let text = try await Command(try Programs.require("python3", remedy: "install Python"), arguments).output()
        return try JSONDecoder().decode([Case].self, from: Data(text.utf8))
    }

    @Test(arguments: 1...8) func `random patterns over a random tree give the same files and value`(_ seed: Int)
        async throws
    {
        let folder = try TemporaryFolder("hash")
        let cases = try await cases(folder, seed, 150)
        #expect(cases.count { !$0.value.isEmpty } > 20)
        for each in cases {
            let found = try HashFiles.files(
                each.patterns, below: folder.path, home: "/nowhere", followingLinks: each.follow)
            #expect(found.map(\.name) == each.files, "\(each.patterns) \(each.follow)")
            #expect(HashFiles.value(found) == each.value)
            // What a client sends has no links; those that were met are as good as files.
            guard !each.follow, each.patterns.allSatisfy({ !$0.contains(folder.path.string) }) else { continue }
            let posted = try each.files.reversed()
                .map { name in
                    PostedFile(name: name, bytes: try Files.read(folder.path.pushing(FilePath(name))))
                }
            #expect(HashFiles.value(try HashFiles.files(each.patterns, among: posted)) == each.value)
        }
    }

    @Test func `nothing found is the empty text, as there; a link that leads nowhere an error`() throws {
        let folder = try TemporaryFolder("hash")
        #expect(HashFiles.value(try HashFiles.files(["**/x.lock"], below: folder.path, home: "/")) == "")
        try folder.write(["x.lock": .link("gone"), "d/y.lock": .link("..")])
        #expect(throws: BerthError.self) { try HashFiles.files(["**/x.lock"], below: folder.path, home: "/") }
        let following = try HashFiles.files(["**/x.lock"], below: folder.path, home: "/", followingLinks: true)
        #expect(following.isEmpty)
        #expect(try HashFiles.files(["**/y.lock"], below: folder.path, home: "/").isEmpty)
        #expect(throws: BerthError.self) { try HashFiles.files(["../x"], below: folder.path, home: "/") }
    }

    @Test func `several arguments are one list, whose first pattern is searched first`() async throws {
        let folder = try TemporaryFolder("hash")
        try folder.write(["a/lock": "one", "b/lock": "two"])
        /// openssl's digest of the digests of some files.
        func digests(_ names: String...) async throws -> String {
            let parts = names.map { "<(openssl dgst -sha256 -binary \($0))" }.joined(separator: " ")
            var command = Command(
                try Programs.require("bash", remedy: ""), ["-c", "cat \(parts) | openssl dgst -sha256 -r"])
            command.directory = folder.path
            return String(try await command.output().prefix(64))
        }
        func value(_ patterns: String...) throws -> String {
            HashFiles.value(try HashFiles.files(patterns, below: folder.path, home: "/"))
        }
        #expect(try value("b/lock", "a/lock") == (try await digests("b/lock", "a/lock")))
        #expect(try value("**/lock") == (try await digests("a/lock", "b/lock")))
        #expect(try value("b/lock\n# a comment\n\n  **/lock ", "!a") == (try await digests("b/lock")))
    }
}
