import BerthArchive
import BerthSystem
import BerthTestSupport
import Foundation
import SystemPackage
import Testing

@testable import BerthPackages

/// Installed trees, compared with those that the real npm makes from the same registry: paths, modes, bytes, links.
@Suite struct NpmInstallTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder("npm-install") }

    /// A package as `npm pack` makes it of a folder.
    private func packed(_ name: String, _ tree: Tree) async throws -> [UInt8] {
        let source = folder.path.appending(name)
        try tree.write(to: source)
        var command = Command(
            try NpmPeer.program(), ["pack", "--ignore-scripts", "--silent", "--pack-destination", folder.path.string])
        command.directory = source
        command.limit = .seconds(120)
        let file = try await command.output().split(whereSeparator: \.isNewline).last.map(String.init)
        return try Files.read(folder.path.appending(try #require(file)))
    }

    /// A package as Python's tarfile makes it, with modes and members that npm pack would not write.
    private func archived(_ manifest: String) async throws -> [UInt8] {
        let script = """
            import io, sys, tarfile
            out = tarfile.open(sys.argv[1], 'w:gz', format=tarfile.GNU_FORMAT)
            def add(name, text='', mode=0o644, kind=tarfile.REGTYPE, link=''):
                member = tarfile.TarInfo(name)
                member.size, member.mode, member.type, member.linkname = len(text.encode()), mode, kind, link
                member.mtime, member.uid, member.uname = 1700000000, 1234, 'someone'
                out.addfile(member, io.BytesIO(text.encode()))
            add('python-made', kind=tarfile.DIRTYPE, mode=0o700)
            add('python-made/package.json', sys.argv[2], 0o600)
            add('python-made/run.sh', '#!/bin/sh\\r\\necho run\\r\\n', 0o644)
            add('python-made/lib/tool.js', 'tool\\n', 0o775)
            add('python-made/lib/' + 'long' * 40 + '.js', 'long\\n', 0o444)
            add('python-made/naïve/日本.txt', 'words\\n', 0o400)
            add('python-made/.gitignore', 'a\\n')
            add('python-made/sub/.npmignore', 'b\\n')
            add('python-made/sub/.gitignore', 'c\\n')
            add('python-made/link', kind=tarfile.SYMTYPE, link='run.sh')
            add('python-made/hard', kind=tarfile.LNKTYPE, link='python-made/run.sh')
            add('beside', 'not in a folder\\n')
            add('python-made/twice', 'first\\n')
            add('python-made/twice', 'second\\n')
            out.close()
            """
        let file = folder.path.appending("python.tgz")
        var command = Command(try Programs.require("python3", remedy: ""), ["-c", script, file.string, manifest])
        command.limit = .seconds(60)
        _ = try await command.output()
        return try Files.read(file)
    }

    private func packages() async throws -> [NpmBuilder] {
        let plain = try await packed(
            "plain",
            [
                "package.json": .file(
                    Array(
                        #"{"name":"plain","version":"1.0.0","bin":{"plain":"bin/plain.js"},"files":["bin","lib"]}"#.utf8
                    ),
                    mode: 0o644),
                "bin/plain.js": "#!/usr/bin/env node\r\nconsole.log('plain')\n", "lib/a/b/c.js": "c\n",
                "README.md": "# plain\n",
                "lib/run.sh": .file(Array("#!/bin/sh\n".utf8), mode: 0o755),
            ])
        let other = NpmBuilder("@scope/other", "2.1.0", ["plain": "^1", "helper": "^1"]).with {
            $0.bins = [("other", "cli.js")]
        }
        let python = NpmBuilder("python-made", "1.0.0").with { $0.bins = [("made", "./run.sh"), ("gone", "gone.js")] }
        let carrier = NpmBuilder("carrier", "1.0.0", ["inner": "^1", "helper": "^2"]).with {
            $0.bundled = ["inner"]
            $0.members = [
                .init("package/node_modules/inner/package.json", #"{"name":"inner","version":"1.4.0"}"#),
                .init("package/node_modules/inner/index.js", "inner\n"),
            ]
        }
        let native = ["linux-x64", "linux-arm64", "darwin-arm64"].map { platform in
            let parts = platform.split(separator: "-").map(String.init)
            return NpmBuilder("native-\(platform)", "1.0.0").with {
                ($0.systems, $0.processors) = ([parts[0]], [parts[1]])
                $0.members = [.init("package/native", "binary of \(platform)\n", mode: 0o755)]
            }
        }
        let wrapper = NpmBuilder(
            "native", "1.0.0",
            optional: ["native-linux-x64": "1.0.0", "native-linux-arm64": "1.0.0", "native-darwin-arm64": "1.0.0"])
        return [
            NpmBuilder("plain", "1.0.0").with {
                $0.packed = plain
                $0.bins = [("plain", "bin/plain.js")]
            },
            other, NpmBuilder("helper", "1.0.0").with { $0.bins = [("helper", "h.js")] },
            NpmBuilder("helper", "2.0.0").with { $0.bins = [("helper", "h.js")] }, carrier,
            NpmBuilder("inner", "1.9.0"),
            python.with { $0.packed = nil }, wrapper,
        ] + native
    }

    /// What npm notes for itself, which an image does not need.
    private func withoutNotes(_ tree: Tree) -> Tree {
        var tree = tree
        for name in tree.nodes.keys where name.hasSuffix(".package-lock.json") { tree.nodes[name] = nil }
        return tree
    }

    private func compare(_ mine: FilePath, _ theirs: FilePath) throws {
        let (mine, theirs) = (withoutNotes(try Tree(reading: mine)), withoutNotes(try Tree(reading: theirs)))
        #expect(mine.nodes.keys.sorted() == theirs.nodes.keys.sorted())
        for (name, node) in theirs.nodes { #expect(mine.nodes[name] == node, "\(name)") }
        #expect(theirs.nodes.count > 12)
    }

    private func double() async throws -> NpmRegistryDouble {
        var all = try await packages()
        let index = try #require(all.firstIndex { $0.name == "python-made" })
        all[index].packed = try await archived(all[index].manifest)
        return try NpmRegistryDouble(all)
    }

    @Test func `a command that several packages of a project bring is the one's that npm leaves it to`() async throws {
        let same = [
            NpmBuilder("@scope/tester", "1.0.0"), NpmBuilder("player", "1.0.0", ["a-helper": "1"]),
            NpmBuilder("a-helper", "1.0.0"), NpmBuilder("Zebra-tool", "1.0.0"),
        ].map { package in
            let file = "cli-\(package.base).js"
            return package.with { $0.bins = [("play", file), ("own-\(package.base.lowercased())", file)] }
        }
        let others = [
            NpmBuilder("b-tool", "1.0.0", ["b-helper": "1"]).with { $0.bins = [("shared", "b.js"), ("b", "b.js")] },
            NpmBuilder("b-helper", "1.0.0").with { $0.bins = [("shared", "h.js"), ("h", "h.js")] },
        ]
        let wants = ["@scope/tester", "player", "Zebra-tool", "b-tool"]
        let node = try await Command(try Programs.require("node", remedy: ""), ["--version"]).output()
        try await NpmHarbour.open(.x64, node: node) { harbour in
            try await NpmRegistryDouble(same + others).serving { mirror in
                let project = harbour.folder.path.appending("peer")
                try Files.makeDirectory(project)
                let list = JSON.object(wants.map { ($0, JSON.text("*")) })
                try Files.writeAtomically(
                    #"{"name":"p","version":"1.0.0","dependencies":\#(list)}"#, to: project.appending("package.json"))
                try await NpmPeer.npm(["install"], in: project, registry: mirror.address)
                try Files.removeTree(project.appending("node_modules"))
                try await NpmPeer.npm(["ci"], in: project, registry: mirror.address)
                let lock = try NpmLocks.read(project.appending("package-lock.json"))
                let locked = try harbour.configuration(mirror).packages(of: lock, for: harbour.target)
                let root = try await harbour.install(
                    locked.packages, layout: NpmLayout(prefix: "srv/app", style: .local))
                try compare(root.pushing("srv/app/node_modules"), project.appending("node_modules"))
                let links = try Tree(reading: root.pushing("srv/app/node_modules/.bin"))
                #expect(links.nodes["play"] == .link("../@scope/tester/cli-tester.js"))
                #expect(links.nodes["shared"] == .link("../b-helper/h.js"))
            }
        }
    }

    private static let wanted = ["@scope/other", "carrier", "native", "plain", "python-made"]

    @Test func `a global installation is npm's, path by path`() async throws {
        let node = try await Command(try Programs.require("node", remedy: ""), ["--version"]).output()
        try await NpmHarbour.open(.x64, node: node) { harbour in
            try await double().serving { mirror in
                let theirs = harbour.folder.path.appending("theirs")
                try await NpmPeer.npm(
                    ["install", "--global", "--prefix", theirs.string] + Self.wanted,
                    in: harbour.folder.path.appending("peer"), registry: mirror.address)
                let found = try await harbour.resolve(Self.wanted, from: mirror, sharing: .shallow)
                let root = try await harbour.install(
                    found.packages, layout: NpmLayout(prefix: "usr/local", style: .global))
                try compare(root.pushing("usr/local/lib/node_modules"), theirs.pushing("lib/node_modules"))
                let links = try Tree(reading: root.pushing("usr/local/bin"))
                #expect(links == (try Tree(reading: theirs.appending("bin"))))
                #expect(links.nodes["made"] == .link("../lib/node_modules/python-made/run.sh"))
                #expect(links.nodes["helper"] == nil)
            }
        }
    }

    @Test func `a project's node_modules and lock are npm's`() async throws {
        let node = try await Command(try Programs.require("node", remedy: ""), ["--version"]).output()
        try await NpmHarbour.open(.x64, node: node) { harbour in
            try await double().serving { mirror in
                let project = harbour.folder.path.appending("peer")
                let wants = JSON.object(Self.wanted.map { ($0, JSON.text("*")) })
                try Files.makeDirectory(project)
                try Files.writeAtomically(
                    #"{"name":"p","version":"1.0.0","dependencies":\#(wants)}"#, to: project.appending("package.json"))
                try await NpmPeer.npm(["install"], in: project, registry: mirror.address)
                let layout = NpmLayout(prefix: "srv/app", style: .local)
                let found = try await harbour.resolve(Self.wanted, from: mirror)
                let root = try await harbour.install(found.packages, layout: layout)
                try compare(root.pushing("srv/app/node_modules"), project.appending("node_modules"))
                // The lock that npm wrote says the same as our own resolution.
                let lock = try NpmLocks.read(project.appending("package-lock.json"))
                let locked = try harbour.configuration(mirror).packages(of: lock, for: harbour.target)
                #expect(locked.packages.map(\.location) == found.packages.map(\.location))
                #expect(locked.packages.map(\.integrity) == found.packages.map(\.integrity))
                #expect(locked.packages.map(\.bins) == found.packages.map(\.bins))
                #expect(locked.packages.map(\.isOptional) == found.packages.map(\.isOptional))
                #expect(locked.packages.map(\.isRequested) == found.packages.map(\.isRequested))
                let again = try await harbour.install(locked.packages, layout: layout, into: "again")
                #expect(try Tree(reading: again) == Tree(reading: root))
            }
        }
    }
}
