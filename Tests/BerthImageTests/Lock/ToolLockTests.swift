import BerthArchive
import BerthPackages
import BerthReport
import BerthSystem
import BerthTestSupport
import SystemPackage
import Testing

@testable import BerthImage

/// Tools in recipes and locks: read strictly, written the same each time.
struct ToolLockTests {
    private static let lock = Lock(
        recipe: Digest.of("recipe"), epoch: 1_700_000_000, suites: [],
        platforms: [
            LockedPlatform(
                platform: Platform(.arm64), python: nil, debian: [], wheels: [],
                tools: [
                    LockedTool(
                        name: "node", choice: 0, version: "24.1.0",
                        files: [
                            LockedToolFile(
                                kind: .wheel, name: "node-wheel", version: "24.1.0",
                                fileName: "node_wheel-24.1.0-py3-none-any.whl", size: ByteCount(7),
                                sha256: Digest.of("node"), date: 1_600_000_000)
                        ]),
                    LockedTool(
                        name: "pnpm", choice: 1, version: "11.0.0",
                        files: [
                            LockedToolFile(
                                kind: .npm, name: "@scope/pnpm", version: "11.0.0", fileName: "pnpm-11.0.0.tgz",
                                size: ByteCount(9), sha256: Digest.of("pnpm"), integrity: Integrity.of([1]),
                                location: "node_modules/@scope/pnpm", date: 1_600_000_000)
                        ]),
                ])
        ])

    @Test func `a lock with tools comes back as it was, one file a line`() throws {
        let bytes = try LockFile.render(Self.lock)
        #expect(try LockFile.parse(bytes, place: "berth.lock") == Self.lock)
        #expect(String(decoding: bytes, as: UTF8.self).split(separator: "\n").count { $0.contains("sha256\":") } == 2)
        #expect(Self.lock.files.map(\.name) == ["node_wheel-24.1.0-py3-none-any.whl", "pnpm-11.0.0.tgz"])
    }

    @Test(
        arguments: [
            ("\"choice\": 1", "\"choice\": -1"), ("\"choice\": 1", "\"choice\": 1e9"), ("\"npm\"", "\"wheel\""),
            ("\"wheel\"", "\"npm\""), ("\"wheel\"", "\"deb\""), ("\"name\": \"pnpm\"", "\"name\": \"node\""),
            ("pnpm-11.0.0.tgz", "../pnpm.tgz"), ("-any.whl", "-any.zip"), ("\"size\":9", "\"size\":0"),
            ("sha512-", "md5-"), ("node_modules/@scope", "node_modules/.."), ("\"@scope/pnpm\"", "\"a b\""),
            ("\"files\"", "\"fils\""),
        ])
    func `a tool changed by hand is refused`(old: String, new: String) throws {
        let text = String(decoding: try LockFile.render(Self.lock), as: UTF8.self)
        let changed = text.replacing(old, with: new)
        #expect(changed != text)
        let error = #expect(throws: BerthError.self) { try LockFile.parse(Array(changed.utf8), place: "berth.lock") }
        #expect(error?.status == .usage)
    }

    @Test func `each copy of an npm package counts among the changes`() throws {
        func lock(_ versions: String...) -> Lock {
            let files = versions.map { version in
                LockedToolFile(
                    kind: .npm, name: "reader", version: version, fileName: "reader-\(version).tgz",
                    size: ByteCount(9), sha256: Digest.of(version), integrity: Integrity.of([1]),
                    location: "node_modules/reader", date: 1_600_000_000)
            }
            var lock = Self.lock
            lock.platforms[0].tools = [LockedTool(name: "pnpm", choice: 1, version: "1", files: files)]
            return lock
        }
        let changes = LockChanges.between(lock("1.0.0", "2.0.0"), lock("1.0.0", "2.0.1"))
        #expect(changes.map(\.package) == ["reader (pnpm)"])
        #expect(changes.map(\.before) == ["1.0.0, 2.0.0"] && changes.map(\.after) == ["1.0.0, 2.0.1"])
        #expect(LockChanges.between(lock("2.0.0", "1.0.0"), lock("1.0.0", "2.0.0")).isEmpty)
    }

    @Test func `every fault of a tool is told at its place`() throws {
        let folder = try TemporaryFolder("recipe")
        let text = """
            name: small
            platforms: [linux/amd64]
            debian: {suite: harbour, packages: [anchor]}
            tools:
              - name: N
                from:
                  - {wheel: "-x", take: {../a: /b}}
                  - {npm: "pnpm@git+https://ci:s3cret@host/p.git", prefix: usr, scripts: {a: ""}}
                  - {archive: ftp://host/x, sha256: {linux/arm64: 12}, strip: 9, links: {bin/x: y}}
                  - {wheel: a, npm: b, take: {a: /b}}
              - {name: twice, from: [{npm: a}]}
              - {name: twice, from: [{npm: a}]}
            browsers: {folder: ms, revisions: {"1": one}, videos: {ffmpeg: ff, revisions: [none]}}
            """
        let path = try folder.write(["berth.yaml": .text(text)])
        let error = #expect(throws: BerthError.self) { try RecipeReader.read(path) }
        let told = (error?.place ?? "").replacing(folder.path.string + "/", with: "")
        #expect(told == Self.faults)
    }

    private static let faults = """
        berth.yaml:5:11: a tool's name has small letters, digits and -+., and more than one of them
        berth.yaml:7:17: "-x" is not a Python requirement: it does not start with the name of a project
        berth.yaml:7:30: what is taken is a path in the archive and its absolute path in the image
        berth.yaml:8:15: pnpm@***@host/p.git is not an npm requirement: it names a folder, an address or a repository, and a lock holds none
        berth.yaml:8:64: an absolute path is needed, such as /usr/local
        berth.yaml:8:79: why a works without its scripts is missing
        berth.yaml:9:9: "take" is missing: what of it goes where
        berth.yaml:9:19: an address is needed, such as https://host/name-{cpu}.tar.xz
        berth.yaml:9:42: a platform and 64 hexadecimal digits are needed
        berth.yaml:9:67: "strip" lies between 0 and 8
        berth.yaml:9:78: a link needs an absolute path and a target
        berth.yaml:10:9: a source is one of wheel, npm, lockfile and archive
        berth.yaml:12:12: twice stands here twice
        berth.yaml:13:20: an absolute path is needed
        berth.yaml:13:36: the revision of 1 is a number
        berth.yaml:13:64: an absolute path is needed
        berth.yaml:13:80: a revision of ffmpeg is a number
        """
}
