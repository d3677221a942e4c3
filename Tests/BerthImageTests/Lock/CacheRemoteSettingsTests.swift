import BerthRegistry
import BerthSystem
import BerthTestSupport
import SystemPackage
import Testing

@testable import BerthImage

/// `cache: remote:` of the user's berth.yaml.
struct CacheRemoteSettingsTests {
    private func read(_ text: String) throws -> CacheRemoteSettings? {
        let folder = try TemporaryFolder("configuration")
        try folder.write(["berth.yaml": .text(text)])
        return try UserConfiguration.read(folder.path.appending("berth.yaml")).cacheRemote
    }

    @Test func `all keys, and what stands for those that are left out`() throws {
        let all = try #require(
            try read(
                """
                cache:
                  remote:
                    repository: registry.example:5000/team/cache
                    insecure: true
                    read: false
                    write: false
                    wait: 3
                    receive: 90
                    send: 30
                """))
        #expect("\(all.repository)" == "registry.example:5000/team/cache" && all.isInsecure)
        #expect(!all.reads && !all.writes && all.lookup == 3 && all.receive == 90 && all.send == 30)
        let short = try #require(try read("cache:\n  remote:\n    repository: ghcr.io/me/cache\n"))
        #expect(!short.isInsecure && short.reads && short.writes && short.lookup == nil)
        #expect(try read("registry: ghcr.io/me\n") == nil)
    }

    @Test(arguments: [
        ("cache:\n  remote:\n    read: true\n", "\"repository\" is missing"),
        ("cache:\n  remote:\n    repository: ghcr.io/me/cache:tag\n", "without a tag"),
        ("cache:\n  remote:\n    repository: https://ghcr.io/me\n", "without a tag"),
        ("cache:\n  remote:\n    repository: ghcr.io/me/cache\n    wait: 0\n", "between 1 and 600"),
        ("cache:\n  remote:\n    repository: ghcr.io/me/cache\n    reads: true\n", "not a known key"),
        ("cache:\n  remotes: x\n", "not a known key"),
    ]) func `what is wrong is named`(_ text: String, _ words: String) throws {
        let error = try #require(#expect(throws: BerthError.self) { try read(text) })
        #expect(error.status == .usage && "\(error)".contains(words), "\(error)")
    }
}
