import BerthDocument
import BerthSystem
import SystemPackage

/// act, a runner of workflows by other people, as `Tests/Peers/act-graph` asks it.
enum Act {
    static let project = FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()
    static let workflows = project.pushing("Tests/Workflows")

    /// What act says of each workflow of a repository, by file.
    static func answer(_ repository: String, events: [String]) async throws -> DocumentNode {
        let script = project.pushing("Tests/Peers/act-graph")
        var command = Command(
            try Programs.require("python3", remedy: "run scripts/setup test"),
            [script.string, try program().string, workflows.appending(repository).string] + events)
        command.limit = .seconds(300)
        let output = try await command.output(remedy: "run scripts/setup test")
        return try JSONDocument(Array(output.utf8), file: "act").root
    }

    /// Where `scripts/setup test` puts it, else on PATH.
    private static func program() throws -> FilePath {
        let data = Machine.environment("XDG_DATA_HOME").map { FilePath($0) } ?? Machine.home.pushing(".local/share")
        let own = data.pushing("berth-tools/act/bin/act")
        return Files.exists(own) ? own : try Programs.require("act", remedy: "run scripts/setup test")
    }

    static func repositories() throws -> [String] { try Files.list(workflows).sorted() }

    /// A repository's files, as the graph builder asks for them.
    static func files(of repository: String) -> RepositoryFilesOnDisk {
        RepositoryFilesOnDisk(root: workflows.appending(repository))
    }
}

/// Files below a folder.
struct RepositoryFilesOnDisk {
    let root: FilePath

    func bytes(_ path: String) throws -> [UInt8]? {
        let file = root.pushing(FilePath(path))
        return Files.exists(file) ? try Files.read(file, limit: 1 << 20) : nil
    }

    func workflowFiles() throws -> [String] {
        try Files.list(root.pushing(".github/workflows")).sorted().map { ".github/workflows/" + $0 }
    }
}
