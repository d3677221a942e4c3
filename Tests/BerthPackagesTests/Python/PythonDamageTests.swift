import BerthArchive
import BerthSystem
import BerthTestSupport
import SystemPackage
import Testing

@testable import BerthPackages

/// A wheel with any one byte changed: refused, or the same files as before.
@Suite struct PythonDamageTests {
    private let folder: TemporaryFolder
    private let installer: WheelInstaller
    private let builder: WheelBuilder

    init() throws {
        folder = try TemporaryFolder("damage")
        let target = try #require(PythonTarget(version: "3.13.5", architecture: .arm64, libcMinor: 41))
        installer = WheelInstaller(layout: try VenvLayout(root: "opt/venv", target: target))
        var builder = WheelBuilder()
        builder.files.append(("demo/text.txt", String(repeating: "words and words\n", count: 20)))
        builder.entryPoints = "[console_scripts]\ndemo = demo:main\n"
        builder.entries = { entries in
            do { entries[1] = try entries[1].deflated() } catch { Issue.record(error) }
        }
        self.builder = builder
    }

    /// What the bytes install; nil when they are refused.
    private func files(_ bytes: [UInt8]) throws -> [String: [UInt8]]? {
        let path = folder.path.appending("wheel")
        try writeUnsynced(bytes, to: path)
        var collector = MemberCollector()
        do {
            let wheel = try WheelArchive(path, fileName: builder.fileName)
            try installer.install(wheel, requested: true, modified: 0, into: &collector)
        } catch let error as BerthError {
            #expect(error.status == .damaged)
            return nil
        }
        return Dictionary(zip(collector.paths, collector.contents)) { first, _ in first }
    }

    @Test func `no changed byte gives other files`() throws {
        let bytes = builder.bytes
        let whole = try #require(try files(bytes))
        var accepted = 0
        // Each byte takes another of three changes, so that all bits of the headers are met.
        for index in bytes.indices {
            var changed = bytes
            changed[index] ^= [0x01, 0x80, 0xFF][index % 3]
            guard let found = try files(changed) else { continue }
            accepted += 1
            #expect(found == whole, "byte \(index)")
        }
        // Dates, makers' versions and unused attributes say nothing about the files.
        #expect(accepted > 0 && accepted < bytes.count / 5)
    }

    @Test func `no shortened file is accepted`() throws {
        let bytes = builder.bytes
        for count in stride(from: 0, to: bytes.count, by: 7) { #expect(try files(Array(bytes[..<count])) == nil) }
    }
}
