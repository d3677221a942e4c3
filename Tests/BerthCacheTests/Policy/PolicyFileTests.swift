import BerthArchive
import BerthStore
import BerthSystem
import SystemPackage
import Testing

@testable import BerthCache

/// `cache/policy.yaml`: what it may say, and where it is looked for.
struct PolicyFileTests {
    private func read(_ text: String) throws -> CachePolicy { try CachePolicy(Array(text.utf8), file: "policy.yaml") }

    @Test func `the shipped policy says what holds without one`() throws {
        let project = FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()
            .removingLastComponent()
        let shipped = try Files.read(project.pushing("cache/policy.yaml"))
        #expect(try CachePolicy(shipped, file: "policy.yaml") == CachePolicy())
    }

    @Test func `every key is read`() throws {
        let policy = try read(
            """
            size: 5GB
            high: 90
            low: 70
            repository: 1GB
            repositories:
              Octo/Big: 3GB
            free: 500MB
            hot: 3GB
            pulls: 20
            days: 30
            algorithm: gdsf
            deadFirst: false
            pins: [release-*, "linux-pip-1"]
            log: 7
            """)
        #expect(policy.size == ByteCount(5_000_000_000) && policy.high == 90 && policy.low == 70)
        #expect(policy.limit(of: "octo/big") == ByteCount(3_000_000_000))
        #expect(policy.limit(of: "octo/small") == ByteCount(1_000_000_000))
        #expect(policy.hot == ByteCount(3_000_000_000) && policy.pulls == 20)
        #expect(policy.free == ByteCount(500_000_000) && policy.days == 30 && policy.algorithm == .gdsf)
        #expect(!policy.deadFirst && policy.pins == ["release-*", "linux-pip-1"] && policy.log == 7)
    }

    @Test func `faults are named together, with lines and the nearest known word`() throws {
        let error = #expect(throws: BerthError.self) {
            try read("size: much\nhigh: 50\nlow: 60\nalgoritm: lru\nrepositories:\n  x: 1GB\ndays: 0\n")
        }
        let text = error?.place ?? ""
        #expect(error?.status == .usage)
        for part in [
            "policy.yaml:1:7: a size is a number", "\"low\" is at most \"high\"", "algoritm", "algorithm",
            "\"x\" is no repository", "\"days\" is a number",
        ] { #expect(text.contains(part), "\(part) in \(text)") }
    }

    @Test func `the store's own policy comes before the user's, and a named one before both`() throws {
        let yard = try CacheYard()
        #expect(CachePolicy.places(for: yard.store)[0] == yard.store.root.pushing("cache/policy.yaml"))
        try Files.makeDirectory(yard.store.root.appending("cache"))
        try Files.writeAtomically("size: 7GB\n", to: yard.store.root.pushing("cache/policy.yaml"))
        #expect(try CachePolicy.find(for: yard.store).size == ByteCount(7_000_000_000))
        try Files.writeAtomically("size: 8GB\n", to: yard.path("mine.yaml"))
        #expect(try CachePolicy.find(yard.path("mine.yaml"), for: yard.store).size == ByteCount(8_000_000_000))
        #expect(throws: BerthError.self) { try CachePolicy.find(yard.path("none.yaml"), for: yard.store) }
    }

    @Test(arguments: [
        ("linux-pip-0123abc", "linux-pip-"), ("linux-pip-2026.11.24", "linux-pip-"), ("linux-pip", "linux-pip"),
        ("deps-1", "deps-"), ("go/1.22/0123456789abcdef", "go/"), ("cache-macos", "cache-macos"), ("12", "12"),
        ("pip-12-34", "pip-"),
    ]) func `a family is a key without what changes in it`(_ key: String, _ family: String) {
        #expect(KeyFamily.of(key) == family)
    }
}
