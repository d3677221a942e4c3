import BerthArchive
import BerthSystem
import BerthTestSupport
import SystemPackage
import Testing

@testable import BerthImage

/// Recipes as people write them, and all faults of one at once.
struct RecipeReaderTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder("recipe") }

    private func read(_ text: String, beside tree: Tree = [:]) throws -> Recipe {
        var tree = tree
        tree.nodes["berth.yaml"] = .text(text)
        return try RecipeReader.read(folder.write(tree))
    }

    private static let small = """
        name: small
        platforms: [linux/amd64]
        debian: {suite: harbour, packages: [anchor]}

        """

    @Test func `every fault is told, each at its place`() throws {
        let text = """
            name: Big Image
            title: 5
            platforms: [linux/amd64, linux/sparc, linux/amd64]
            debian:
              suite: Tri/xie
              packages: [git, "Git", git, x]
              recomends: true
            python: {folder: opt/venv, requirements: ["--index-url x", pytest]}
            remove: [documentaton]
            user: {name: "a b", id: 0}
            directory: home
            environment: {"A-B": "1"}
            files:
              - {path: ../x, text: a}
              - {path: /etc/motd, text: a, mode: "0999"}
              - {path: /etc/motd, text: b}
            folders:
              - {from: nowhere, to: /opt}
            layers: 11
            test: [{expect: x}]
            colour: red
            """
        let error = #expect(throws: BerthError.self) { try read(text) }
        #expect(error?.status == .usage)
        let told = (error?.place ?? "").replacing(folder.path.string + "/", with: "")
        #expect(told == Self.faults)
    }

    /// What a person is told of the recipe above.
    private static let faults = """
        berth.yaml:1:7: a name has small letters, digits and dashes, at most 64
        berth.yaml:3:26: unknown platform linux/sparc; known: linux/arm64, linux/amd64
        berth.yaml:3:39: linux/amd64 stands here twice
        berth.yaml:5:10: a suite is a name such as trixie
        berth.yaml:6:19: Git is no Debian package name
        berth.yaml:6:26: git stands here twice
        berth.yaml:6:31: x is no Debian package name
        berth.yaml:7:3: "recomends" is not a known key of "debian"; did you mean "recommends"?
        berth.yaml:8:18: an absolute path is needed, such as /opt/venv
        berth.yaml:8:43: "--index-url x" is not a Python requirement: it does not start with the name of a project
        berth.yaml:9:10: nothing is called documentaton; did you mean "documentation"?
        berth.yaml:10:14: a user's name has at most 32 letters, no colon and no space
        berth.yaml:10:25: "id" lies between 1 and 59999
        berth.yaml:11:12: an absolute path is needed
        berth.yaml:12:15: A-B is no name of a variable
        berth.yaml:13:1: /etc/motd is given twice
        berth.yaml:14:12: an absolute path without . and .. is needed
        berth.yaml:15:38: a mode is octal, such as 0644 or 0755
        berth.yaml:18:12: not a folder (nowhere)
        berth.yaml:19:9: "layers" lies between 3 and 10
        berth.yaml:20:8: the key "run" is missing
        berth.yaml:21:1: "colour" is not a known key of the recipe; known here: browsers, builder, command, debian, \
        directory, dockerfile, entrypoint, environment, files, folders, labels, layers, name, platforms, python, remove, test, \
        title, tools, user
        """

    @Test func `a comment and another order of keys change no checksum`() throws {
        let first = try read(Self.small).checksum
        let second = try read(
            """
            # what this is for
            debian:
              packages: [anchor]  # heavy
              suite: harbour
            platforms:
              - linux/amd64
            name: small
            """
        ).checksum
        #expect(first == second)
        #expect(try read(Self.small + "layers: 5\n").checksum != first)
        #expect(try read(Self.small + "files: [{path: /etc/motd, text: a}]\n").checksum != first)
    }

    @Test func `a folder beside the recipe is copied with its executable bits`() throws {
        let recipe = try read(
            Self.small + "folders: [{from: files, to: /opt/tools, owner: 7}]\n",
            beside: ["files/bin/run": .program("#!/bin/sh\n"), "files/readme": "text\n"])
        let files = recipe.files.sorted { $0.path < $1.path }
        #expect(files.map(\.path) == ["opt/tools/bin/run", "opt/tools/readme"])
        #expect(files.map(\.mode) == [0o755, 0o644])
        #expect(files.map(\.owner) == [7, 7])
    }

    @Test(arguments: ["", "[]", "5", "name: [", "\u{0}", "a: &x b\nc: *x", "name: a\nname: b", "- x"])
    func `what is no recipe is told as a fault`(text: String) throws {
        let error = #expect(throws: BerthError.self) { try read(text) }
        #expect(error?.status == .usage)
    }

    @Test func `links in a copied folder are refused`() throws {
        let error = #expect(throws: BerthError.self) {
            try read(
                Self.small + "folders: [{from: files, to: /opt}]\n", beside: ["files/secret": .link("/etc/shadow")])
        }
        #expect(error?.place?.contains("only files and folders can be copied") == true)
    }
}
