import BerthArchive
import BerthSystem
import BerthTestSupport
import SystemPackage
import Testing

@testable import BerthPackages

/// Tarballs that are not as they should be.
@Suite struct NpmTarballTests {
    private let folder: TemporaryFolder
    private static let json = NpmTarBuilder.Member("package/package.json", #"{"name":"demo","version":"1.0.0"}"#)

    init() throws { folder = try TemporaryFolder("tarball") }

    private func open(_ bytes: [UInt8], limits: ArchiveLimits = NpmTarball.usualLimits) throws -> NpmTarball {
        let path = folder.path.appending("file.tgz")
        try writeUnsynced(bytes, to: path)
        return try NpmTarball(path, label: "demo@1.0.0", limits: limits)
    }

    private func open(_ members: [NpmTarBuilder.Member]) throws -> NpmTarball {
        try open(NpmTarBuilder([Self.json] + members).gzip())
    }

    private func refusal(_ members: [NpmTarBuilder.Member]) -> String {
        do {
            _ = try open(members)
            return "accepted"
        } catch let error as BerthError {
            #expect(error.status == .damaged && error.what.contains("demo@1.0.0"))
            return error.what
        } catch { return "\(error)" }
    }

    private func package(_ location: String = "node_modules/demo", bins: [NpmBin]? = nil) throws -> NpmPackage {
        NpmPackage(
            name: "demo", version: "1.0.0", location: try ArchivePath(parsing: location), integrity: Integrity.of([]),
            fileName: "demo-1.0.0.tgz", bins: bins, isRequested: true)
    }

    private func install(
        _ tarball: NpmTarball, _ package: NpmPackage? = nil, allowed: [String: String] = [:], modified: Int64? = nil
    ) throws -> MemberCollector {
        let installer = NpmInstaller(layout: NpmLayout(prefix: "usr", style: .global), allowedScripts: allowed)
        var collector = MemberCollector()
        try installer.install(tarball, as: package ?? self.package(), modified: modified, into: &collector)
        return collector
    }

    @Test func `names that lead elsewhere are refused`() {
        #expect(refusal([.init("package/../../etc/passwd", "x")]).contains("leads upwards"))
        #expect(refusal([.init("/etc/passwd", "x")]).contains("absolute"))
        #expect(refusal([.init("package//etc", "x")]).contains("empty component"))
        #expect(refusal([.init("package/a\u{1}b", "x")]).contains("control characters"))
        #expect(
            refusal([.init("package/" + String(repeating: "d/", count: 2100) + "f", "x")]).contains("longer than 4095"))
        #expect(refusal([.init("package/" + String(repeating: "n", count: 256), "x")]).contains("longer than 255"))
        #expect(refusal([.init(kind: "3", "package/null")]).contains("device"))
        #expect(refusal([.init(kind: "6", "package/pipe")]).contains("FIFO"))
    }

    @Test func `names that differ in case only are refused, and both are named`() {
        #expect(refusal([.init("package/Read.me"), .init("package/read.me")]).contains("Read.me and read.me"))
        #expect(refusal([.init("package/Lib/a"), .init("package/lib/b")]).contains("Lib and lib"))
        #expect(refusal([.init("package/caf\u{E9}"), .init("package/cafe\u{301}")]).contains("differ in case only"))
        #expect(refusal([.init("package/a"), .init("package/a/b")]).contains("a is a file"))
        #expect(
            refusal([.init("package/a/x/b"), .init("package/A-b"), .init("package/a-b/x")]).contains("A-b and a-b"))
        #expect(
            refusal([.init("package/a"), .init("package/a-b"), .init("package/a.b"), .init("package/A/c")])
                .contains("A and a differ"))
        #expect(
            refusal([.init("package/a/b/c"), .init("package/a-b"), .init("package/a/b")]).contains("a/b is a file"))
    }

    @Test func `more folders than any package has are refused before they take memory`() throws {
        let deep = String(repeating: "d/", count: 1990)
        let members = (0..<1000).map { NpmTarBuilder.Member("package/\($0)/\(deep)f") }
        let bomb = try NpmTarBuilder([Self.json] + members).gzip()
        #expect(bomb.count < 1 << 16)
        let error = #expect(throws: BerthError.self) { try open(bomb) }
        #expect(error?.status == .damaged && error?.what.contains("files and folders take more than 67.1 MB") == true)
    }

    @Test func `a path that is too long in its place is refused`() throws {
        let deep = String(repeating: "d/", count: 2000) + "f"
        let tarball = try open([.init("package/" + deep, "x")])
        let location = "node_modules/" + String(repeating: "n", count: 200)
        let error = #expect(throws: BerthError.self) { try install(tarball, package(location)) }
        #expect(error?.what.contains("longer than 4095") == true)
    }

    @Test func `links are left out and told`() throws {
        let tarball = try open([
            .init(kind: "2", "package/up", to: "../../../etc"), .init(kind: "2", "package/b", to: "a"),
            .init(kind: "1", "package/hard", to: "package/package.json"), .init("package/a", "a\n"),
        ])
        #expect(tarball.dropped.map(\.description) == ["b", "hard", "up"])
        #expect(try install(tarball).paths == ["package.json", "a"].map { "usr/lib/node_modules/demo/\($0)" })
    }

    @Test func `what is no package's tarball is refused`() throws {
        #expect(throws: BerthError.self) { try open(Array("<!doctype html><html></html>".utf8)) }
        #expect(throws: BerthError.self) { try open([UInt8]()) }
        #expect(throws: BerthError.self) { try open(NpmTarBuilder([.init("package/a", "a")]).gzip()) }
        for json in ["", "[1]", "{", #"{"name":"demo"}"#, #"{"name":"demo","version":1}"#] {
            let builder = NpmTarBuilder([.init("package/package.json", json)])
            #expect(throws: BerthError.self, "\(json)") { try open(builder.gzip()) }
        }
        let whole = try NpmTarBuilder([Self.json, .init("package/a", String(repeating: "text ", count: 9000))]).gzip()
        for count in stride(from: 0, to: whole.count - 1, by: 13) {
            #expect(throws: BerthError.self, "\(count) of \(whole.count)") { try open(Array(whole[..<count])) }
        }
    }

    @Test func `an archive that unfolds without end is stopped at the limits`() throws {
        var big = NpmTarBuilder.Member("package/zeros")
        big.text = String(repeating: "0", count: 3 << 20)
        let bomb = try NpmTarBuilder([Self.json, big]).gzip()
        #expect(bomb.count < 1 << 16)
        for limits in [ArchiveLimits(entrySize: 1 << 20), ArchiveLimits(totalSize: 1 << 20), ArchiveLimits(entries: 1)]
        {
            let error = #expect(throws: BerthError.self) { try open(bomb, limits: limits) }
            #expect(error?.status == .damaged && error?.what.contains("more than") == true)
        }
    }

    @Test func `scripts are refused, unless allowed by name`() throws {
        let scripted = try open(
            NpmTarBuilder([
                .init(
                    "package/package.json",
                    #"{"name":"demo","version":"1.0.0","scripts":{"postinstall":"node x","test":"t"}}"#)
            ])
            .gzip())
        let error = #expect(throws: BerthError.self) { try install(scripted) }
        #expect(error?.status == .usage && error?.what.contains("postinstall") == true)
        #expect(error?.what.contains("test") == false && error?.remedy?.contains("demo") == true)
        #expect(try install(scripted, allowed: ["demo": "only prints thanks"]).paths.count == 1)
        let bindings = try open([.init("package/binding.gyp", "{}")])
        #expect(throws: BerthError.self) { try install(bindings) }
        let opted = NpmTarBuilder([
            .init("package/package.json", #"{"name":"demo","version":"1.0.0","gypfile":false}"#),
            .init("package/binding.gyp", "{}"),
        ])
        #expect(try install(open(opted.gzip())).paths.count == 2)
    }

    @Test func `dates, modes and commands`() throws {
        var late = NpmTarBuilder.Member("package/late.js", "x\n", mode: 0o600)
        let setuid = NpmTarBuilder.Member("package/setuid", "x\n", mode: 0o6777)
        late.modified = 1_700_000_000
        let json = #"{"name":"@s/demo","version":"1.0.0","bin":"late.js","name":"@s/demo"}"#
        let tarball = try open(NpmTarBuilder([.init("package/package.json", json), late, setuid]).gzip())
        #expect(tarball.modified == 1_700_000_000)
        // The commands are the tarball's own where nobody else states them.
        let own = try install(tarball, package("node_modules/@s/demo"))
        #expect(own.paths.last == "usr/bin/demo")
        #expect(own.members.last?.kind == .symlink(target: "../lib/node_modules/@s/demo/late.js"))
        #expect(own.mode("usr/lib/node_modules/@s/demo/late.js") == 0o755)
        // npm would leave the bits; no package needs them, and an image should not have them.
        #expect(own.mode("usr/lib/node_modules/@s/demo/setuid") == 0o755)
        #expect(own.members.allSatisfy { $0.modified == 1_700_000_000 && $0.owner == .root })
        let none = try install(tarball, package("node_modules/@s/demo", bins: []), modified: 7)
        #expect(none.paths.count == 3 && none.members.allSatisfy { $0.modified == 7 })
        let nested = try NpmPackage(
            name: "@s/demo", version: "1.0.0", location: ArchivePath(parsing: "node_modules/a/node_modules/@s/demo"),
            integrity: Integrity.of([]), fileName: "demo-1.0.0.tgz")
        #expect(try install(tarball, nested).members.last?.path == "usr/lib/node_modules/a/node_modules/.bin/demo")
        #expect(try install(tarball, nested).members.last?.kind == .symlink(target: "../@s/demo/late.js"))
    }

    @Test func `commands keep to one component and to the package`() throws {
        #expect(NpmBin(name: "../../evil", file: "a.js")?.command == "evil")
        #expect(NpmBin(name: "a", file: "../../../etc/passwd")?.path == "etc/passwd")
        #expect(NpmBin(name: "a", file: "/x/./y.js")?.path == "x/y.js")
        for name in ["", "..", ".", "/", "a/.."] { #expect(NpmBin(name: name, file: "a.js") == nil, "\(name)") }
        for file in ["", "/", "..", "a/.."] { #expect(NpmBin(name: "a", file: file) == nil, "\(file)") }
    }

    @Test func `no changed byte of a tarball gives files in other places`() throws {
        let builder = NpmTarBuilder([
            Self.json, .init("package/lib/a.js", "text\n"), .init("package/b", "b\n", mode: 0o755),
        ])
        let bytes = try builder.gzip()
        for index in bytes.indices {
            var changed = bytes
            changed[index] ^= [0x01, 0x80, 0xFF][index % 3]
            guard let tarball = try? open(changed), let found = try? install(tarball) else { continue }
            #expect(found.paths.allSatisfy { $0.hasPrefix("usr/lib/node_modules/demo/") || $0.hasPrefix("usr/bin/") })
        }
    }
}
