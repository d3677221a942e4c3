internal import BerthSystem
internal import Foundation
internal import Testing

/// `make mac-check` prints one JSON object; here without its builds, to hold its shape.
struct MacCheckTests {
    private struct Report: Decodable {
        struct Build: Decodable {
            let ok: Bool?
            let seconds: Int?
            let lastLines: String?
        }
        struct Disk: Decodable {
            let barrierSync: String
            let fullSync: String
            let fullSyncOfFolder: String
            let lockIsShared: String
            let caseSensitive: Bool?
        }
        let schema: String
        let system: [String: String]
        let tools: [String: String]
        let formulas: [String: String]
        let disk: Disk
        let build: Build
        let tests: Build
        let image: Build
    }

    @Test func `its report is one JSON object with everything asked for`() async throws {
        let outcome = try await Project.run("bash", ["scripts/mac-check", "--dry-run"])
        #expect(outcome.succeeded, "\(outcome.errors)")
        let report = try JSONDecoder().decode(Report.self, from: Data(outcome.output.utf8))
        #expect(report.schema == "berth.mac-check.v1")
        #expect(
            Set(report.formulas.keys) == ["pkgconf", "openssl@3", "libarchive", "libdeflate", "zstd", "gnupg", "uv"])
        #expect(Set(report.tools.keys).isSuperset(of: ["swift", "make", "bash", "git", "brew", "xcode"]))
        #expect(Set(report.system.keys) == ["name", "version", "architecture", "memory", "processors", "fileSystem"])
        #expect(report.build.ok == nil, "a dry run builds nothing")
    }
}
