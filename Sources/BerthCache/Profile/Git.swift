internal import BerthSystem
internal import SystemPackage

/// Files of revisions, read by git(1).
struct Git {
    private let root: FilePath

    init(_ root: FilePath) { self.root = root }

    /// The commit that a revision names, in full.
    func commit(_ revision: String) async throws -> String {
        try await run(["rev-parse", "--verify", "--quiet", "--end-of-options", revision + "^{commit}"]).trimmed
    }

    /// Paths of all files of a commit, from the checkout's folder on.
    func names(in commit: String) async throws -> [String] {
        try await run(["ls-tree", "-r", "-z", "--name-only", commit]).split(separator: "\0").map { String($0) }
    }

    /// The bytes of a file; they are text, as lockfiles are.
    func content(of name: String, in commit: String) async throws -> [UInt8] {
        let place = "\(commit):./\(name)"
        let size = Int(try await run(["cat-file", "-s", place]).trimmed) ?? .max
        guard size <= KeyRequest.largestFile else { throw KeyRequest.tooLarge(name) }
        return Array(try await run(["cat-file", "blob", place]).utf8)
    }

    private func run(_ arguments: [String]) async throws -> String {
        let git = try Programs.require("git", remedy: "install git, or name folders and files")
        var command = Command(git, arguments)
        command.directory = root
        command.environment["LC_ALL"] = "C"
        return try await command.output(remedy: "see that the folder is a checkout of git")
    }
}
