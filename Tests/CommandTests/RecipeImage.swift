import BerthSystem
import BerthTestSupport
import Foundation
import SystemPackage
import Testing

/// The image of a shipped recipe, built once in a test run from real packages.
///
/// One version holds arm64, a second one both architectures. The packages are kept between runs.
struct RecipeImage: Sendable {
    let calls: Calls
    /// The version that holds arm64 alone, and the newest, which holds both.
    let first: String
    let newest: String

    var home: FilePath { calls.home }

    /// The Python image, built by whoever asks first.
    static func python() async throws -> RecipeImage { try await RecipeImageBuilder.python.image() }

    /// The Node image, built by whoever asks first.
    static func node() async throws -> RecipeImage { try await RecipeImageBuilder.node.image() }
}

/// Builds an image once.
private actor RecipeImageBuilder {
    static let python = RecipeImageBuilder("python")
    static let node = RecipeImageBuilder("node")

    private let name: String
    private var task: Task<RecipeImage, any Error>?

    init(_ name: String) { self.name = name }

    /// Everything is below the cache, so that packages can be linked instead of copied.
    private static var cache: FilePath {
        let base = Machine.environment("XDG_CACHE_HOME").map { FilePath($0) } ?? Machine.home.appending(".cache")
        return base.appending("berth-tests")
    }

    private nonisolated var folder: FilePath { Self.cache.appending("\(name)-\(Machine.processIdentifier)") }
    private nonisolated var home: FilePath { folder.appending("home") }
    private nonisolated var lock: FilePath { folder.pushing(FilePath("images/\(name)/berth.lock")) }
    private static var packages: FilePath { cache.appending("packages") }
    /// What `atexit` removes, which can't know any one builder.
    private static let folders = ["python", "node"].map { cache.appending("\($0)-\(Machine.processIdentifier)") }

    func image() async throws -> RecipeImage {
        if let task { return try await task.value }
        let task = Task { try await build() }
        self.task = task
        return try await task.value
    }

    private nonisolated func build() async throws -> RecipeImage {
        try Self.removeOld(name)
        try Files.makeDirectory(folder.appending("images"))
        atexit { for folder in RecipeImageBuilder.folders { try? Files.removeTree(folder) } }
        let recipe = project.pushing(FilePath("images/\(name)"))
        // A copy, because a build makes the lock anew where a mirror has dropped a file.
        try FileManager.default.copyItem(atPath: recipe.string, toPath: lock.removingLastComponent().string)
        let calls = Calls(home: home, environment: ["BERTH_IMAGES": folder.appending("images").string])
        _ = try await calls.berth("store", "path")
        try link(from: Self.packages, to: home.pushing("blobs/sha256"))
        let first = try await Self.version(calls.berth("image", "build", name, "--json", limit: .seconds(900)))
        let newest = try await Self.version(
            calls.berth(
                "image", "build", name, "--platform", "linux/arm64", "--platform", "linux/amd64", "--json",
                limit: .seconds(900)))
        try Files.makeDirectory(Self.packages)
        try link(from: home.pushing("blobs/sha256"), to: Self.packages)
        return RecipeImage(calls: calls, first: first, newest: newest)
    }

    private static func version(_ outcome: Command.Outcome) throws -> String {
        try #require(outcome.code == 0, "\(outcome.errors.suffix(2000))")
        let report = try #require(try outcome.json() as? [String: Any])
        return try #require(report["version"] as? String)
    }

    /// Gives every file of the lock that is in one folder a name in the other too.
    private nonisolated func link(from: FilePath, to target: FilePath) throws {
        let text = try Files.readText(lock)
        for match in text.matches(of: #/"sha256":"sha256:([0-9a-f]{64})"/#) {
            let (old, new) = (from.appending(String(match.output.1)), target.appending(String(match.output.1)))
            guard Files.exists(old), !Files.exists(new) else { continue }
            try FileManager.default.linkItem(atPath: old.string, toPath: new.string)
        }
    }

    /// Removes what test runs left that were killed.
    private static func removeOld(_ recipe: String) throws {
        guard Files.exists(cache) else { return }
        for name in try Files.list(cache) where name.hasPrefix("\(recipe)-") {
            guard let process = Int32(name.dropFirst(recipe.utf8.count + 1)), kill(process, 0) != 0 else { continue }
            try? Files.removeTree(cache.appending(name))
        }
    }
}
