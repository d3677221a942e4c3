import BerthSystem
import BerthTestSupport
import Foundation
import SystemPackage
import Testing

/// The Python image, built once in a test run from real Debian and PyPI packages.
///
/// One version holds arm64, a second one both architectures. The packages are kept between runs.
struct PythonImage: Sendable {
    let calls: Calls
    /// The version that holds arm64 alone, and the newest, which holds both.
    let first: String
    let newest: String

    var home: FilePath { calls.home }

    /// The image, built by whoever asks first.
    static func shared() async throws -> PythonImage { try await PythonImageBuilder.shared.image() }
}

/// Builds the image once.
private actor PythonImageBuilder {
    static let shared = PythonImageBuilder()
    private var task: Task<PythonImage, any Error>?

    /// Everything is below the cache, so that packages can be linked instead of copied.
    private static var cache: FilePath {
        let base = Machine.environment("XDG_CACHE_HOME").map { FilePath($0) } ?? Machine.home.appending(".cache")
        return base.appending("berth-tests")
    }

    private static var folder: FilePath { cache.appending("python-\(Machine.processIdentifier)") }
    private static var packages: FilePath { cache.appending("packages") }
    private static var home: FilePath { folder.appending("home") }
    private static var lock: FilePath { folder.pushing("images/python/berth.lock") }

    func image() async throws -> PythonImage {
        if let task { return try await task.value }
        let task = Task { try await Self.build() }
        self.task = task
        return try await task.value
    }

    private static func build() async throws -> PythonImage {
        try removeOld()
        try Files.makeDirectory(folder.appending("images"))
        atexit { try? Files.removeTree(PythonImageBuilder.folder) }
        let recipe = project.pushing("images/python")
        // A copy, because a build makes the lock anew where a mirror has dropped a file.
        try FileManager.default.copyItem(atPath: recipe.string, toPath: lock.removingLastComponent().string)
        let calls = Calls(home: home, environment: ["BERTH_IMAGES": folder.appending("images").string])
        _ = try await calls.berth("store", "path")
        try link(from: packages, to: home.pushing("blobs/sha256"))
        let first = try await version(calls.berth("image", "build", "python", "--json", limit: .seconds(900)))
        let newest = try await version(
            calls.berth(
                "image", "build", "python", "--platform", "linux/arm64", "--platform", "linux/amd64", "--json",
                limit: .seconds(900)))
        try Files.makeDirectory(packages)
        try link(from: home.pushing("blobs/sha256"), to: packages)
        return PythonImage(calls: calls, first: first, newest: newest)
    }

    private static func version(_ outcome: Command.Outcome) throws -> String {
        try #require(outcome.code == 0, "\(outcome.errors.suffix(2000))")
        let report = try #require(try outcome.json() as? [String: Any])
        return try #require(report["version"] as? String)
    }

    /// Gives every file of the lock that is in one folder a name in the other too.
    private static func link(from: FilePath, to target: FilePath) throws {
        let text = try Files.readText(lock)
        for match in text.matches(of: #/"sha256":"sha256:([0-9a-f]{64})"/#) {
            let (old, new) = (from.appending(String(match.output.1)), target.appending(String(match.output.1)))
            guard Files.exists(old), !Files.exists(new) else { continue }
            try FileManager.default.linkItem(atPath: old.string, toPath: new.string)
        }
    }

    /// Removes what test runs left that were killed.
    private static func removeOld() throws {
        guard Files.exists(cache) else { return }
        for name in try Files.list(cache) where name.hasPrefix("python-") {
            guard let process = Int32(name.dropFirst("python-".count)), kill(process, 0) != 0 else { continue }
            try? Files.removeTree(cache.appending(name))
        }
    }
}
