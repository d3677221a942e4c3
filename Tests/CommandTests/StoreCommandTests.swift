import BerthArchive
import BerthSystem
import BerthTestSupport
import SystemPackage
import Testing

/// `berth store …` on a small store with damage and refuse in it.
struct StoreCommandTests {
    private let folder: TemporaryFolder
    private let calls: Calls
    private let blobs: FilePath

    init() async throws {
        folder = try TemporaryFolder("store")
        calls = Calls(home: folder.path.appending("store"))
        blobs = calls.home.pushing("blobs/sha256")
        _ = try await calls.berth("store", "path")
    }

    @Test func `content that nothing needs goes, and a dry run only says so`() async throws {
        let text = "nobody's"
        let digest = Digest.of(text)
        try Files.writeAtomically(text, to: blobs.appending(digest.hex))
        _ = try await calls.berth("store", "repair")
        let dry = try await calls.berth("store", "gc", "--dry-run", "--grace", "0")
        #expect(dry.code == 0 && dry.output.contains("would free 8 B: 1 blobs"), "\(dry)")
        #expect(Files.exists(blobs.appending(digest.hex)))
        let kept = try await calls.berth("store", "gc")
        #expect(kept.output.contains("freed 0 B"), "\(kept)")
        let real = try await calls.berth("store", "gc", "--grace", "0")
        #expect(real.code == 0 && real.output.contains("freed 8 B: 1 blobs"), "\(real)")
        #expect(!Files.exists(blobs.appending(digest.hex)))
    }

    @Test func `damage is found, said with exit code 12, and set aside by repair`() async throws {
        let digest = Digest.of("what it should be")
        try Files.writeAtomically("what it became???", to: blobs.appending(digest.hex))
        let check = try await calls.berth("store", "check", "--read-data")
        #expect(check.code == 12, "\(check)")
        #expect(check.output.contains(digest.hex) || check.output.contains(digest.short))
        #expect(check.errors.contains("hint: run berth store repair"))
        let repair = try await calls.berth("store", "repair")
        #expect(repair.code == 0, "\(repair)")
        #expect(!Files.exists(blobs.appending(digest.hex)))
        #expect(try await calls.berth("store", "check", "--read-data").code == 0)
    }

    @Test(arguments: ["check", "repair", "gc"])
    func `a folder that is no store is left alone`(command: String) async throws {
        let other = folder.path.appending("other")
        try Files.makeDirectory(other)
        let outcome = try await calls.berth("store", command, "--store", other.string)
        #expect(outcome.code == 10)
        #expect(outcome.errors.contains("there is no store here"))
        #expect(try Files.list(other).isEmpty)
    }
}
