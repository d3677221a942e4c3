import BerthArchive
import BerthPackages
import BerthSystem
import SystemPackage
import Testing

@testable import BerthImage

/// Layers: their order, their folders, and which package goes where.
struct LayerTests {
    private func stored(
        _ name: String, _ folders: [(ArchivePath, Int64)] = [], paths: [ArchivePath] = [], newest: Int64 = 0
    )
        -> StoredFragment
    {
        var fragment = Fragment()
        fragment.name = name
        fragment.folders = folders.map { .init(path: $0, mode: 0o755, owner: .root, modified: $1) }
        fragment.paths = paths
        fragment.newest = newest
        return StoredFragment(key: Digest.of(name), fragment: fragment, run: FilePath("/nowhere"))
    }

    @Test func `base comes first, then big sources by name, then what changes most`() {
        let names = ["python", "updates", "zlib", "packages", "base", "git"]
        let plan = LayerPlan(
            names.map { (layer: $0, fragment: stored($0)) }, generated: GeneratedTree(date: 0), links: [])
        #expect(plan.layers.map(\.name) == ["base", "git", "zlib", "packages", "updates", "python", "configuration"])
    }

    @Test func `links that replace folders lie in the first layer, generated files in the last`() {
        var generated = GeneratedTree(date: 9)
        generated.file("etc/motd", "hello\n")
        let link = GeneratedMember(TreeMember("var/run", .symlink(target: "/run"), mode: 0o777, modified: 1))
        let plan = LayerPlan(
            [
                (layer: "packages", fragment: stored("a", [("usr", 5)])),
                (layer: "base", fragment: stored("b", [("usr", 3)])),
            ],
            generated: generated, links: [link])
        #expect(plan.layers.map { $0.skeleton.map(\.member.path) } == [["usr", "var", "var/run"], ["usr"], ["etc"]])
        #expect(plan.layers.map { $0.generated.map(\.member.path) } == [[], [], ["etc/motd"]])
    }

    @Test func `a folder has the newest time of its own layer and the mode of the first package`() {
        var first = Fragment()
        first.folders = [.init(path: "srv", mode: 0o700, owner: .init(user: 5, group: 6), modified: 10)]
        var second = Fragment()
        second.folders = [.init(path: "srv", mode: 0o755, owner: .root, modified: 20)]
        var third = Fragment()
        third.paths = ["srv/deep/file"]
        third.newest = 30
        let table = FolderTable([first, second, third], generated: [])
        let own = table.skeleton([first], generated: []).map(\.member)
        #expect(own == [TreeMember("srv", .directory, mode: 0o700, owner: .init(user: 5, group: 6), modified: 10)])
        #expect(table.skeleton([first, second], generated: []).map(\.member.modified) == [20])
        let deep = table.skeleton([third], generated: []).map(\.member)
        #expect(deep.map(\.path) == ["srv", "srv/deep"])
        #expect(deep.map(\.mode) == [0o700, 0o755])
        #expect(deep.map(\.modified) == [30, 30])
    }

    private func packages(_ sources: [(name: String, megabytes: Int)]) throws -> [DebianPackage] {
        let stanzas = sources.map { source in
            """
            Package: \(source.name)
            Version: 1
            Architecture: amd64
            Filename: pool/\(source.name).deb
            Size: 1
            SHA256: \(Digest.of(source.name).hex)
            Installed-Size: \(source.megabytes * 1024)
            Priority: \(source.name == "core" ? "required" : "optional")
            """
        }
        let index = try PackagesIndex(
            Array((stanzas.joined(separator: "\n\n") + "\n").utf8),
            origin: DebianIndexOrigin(suite: "harbour", archive: .main))
        let request = DebianRequest(suite: "harbour", architecture: .amd64, packages: sources.map(\.name))
        return try DebianResolver.resolve(request, in: [index])
    }

    private func locked(_ packages: [DebianPackage], _ assigner: LayerAssigner) -> LockedPlatform {
        LockedPlatform(
            platform: Platform(.amd64), python: nil,
            debian: packages.map { LockedPackage($0, date: 0, layer: assigner.layer(of: $0)) }, wheels: [])
    }

    @Test(arguments: 3...10) func `no number of layers gives more than it says, or than ten`(layers: Int) throws {
        let all = try packages([("core", 50)] + (1...20).map { ("big\($0)", 16 + $0) } + [("small", 1)])
        let first = LayerAssigner(all, layers: layers, before: nil)
        let names = Set(all.map(first.layer))
        // Two more may come: the wheels' and the generated files'.
        #expect(names.count + 2 <= max(layers, 4))
        #expect(names.isSuperset(of: ["base", "packages"]))
    }

    @Test func `a package stays in its layer from lock to lock`() throws {
        let before = try packages([("core", 50), ("git", 40), ("perl", 30), ("small", 1)])
        let first = LayerAssigner(before, layers: 8, before: nil)
        #expect(before.map(first.layer).sorted() == ["base", "git", "packages", "perl"])
        let after = try packages([("core", 50), ("git", 1), ("perl", 99), ("small", 90), ("new", 80)])
        let second = LayerAssigner(after, layers: 8, before: locked(before, first))
        let placed = Dictionary(after.map { ($0.name, second.layer(of: $0)) }) { first, _ in first }
        #expect(placed == ["core": "base", "git": "git", "perl": "perl", "small": "packages", "new": "new"])
    }

    @Test func `many locks after one another never make more than ten layers`() throws {
        var before: LockedPlatform?
        for round in 1...12 {
            let all = try packages([("core", 50), ("big\(round)", 40), ("big\(round + 1)", 41), ("small", 1)])
            let assigner = LayerAssigner(all, layers: 10, before: before)
            before = locked(all, assigner)
            #expect(Set(all.map(assigner.layer)).count + 2 <= 10)
        }
    }
}
