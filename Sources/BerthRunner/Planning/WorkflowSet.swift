internal import BerthDocument
internal import BerthPlan
internal import BerthSystem
package import BerthWorkflow
package import SystemPackage

/// Some workflow files with the jobs of a run of each.
package struct WorkflowSet: Sendable {
    /// One file.
    package struct Member: Sendable {
        package let workflow: Workflow
        package let graph: JobGraph
    }

    package let members: [Member]
    /// The folder that their repository begins at.
    package let root: FilePath

    /// The largest file of the repository that is read for them.
    private static let largest = 1 << 20

    /// Reads the files, whose paths are absolute, and what they call in the same repository.
    ///
    /// - Throws: `BerthError` (64) with all faults of a file, each with line and column.
    package static func read(_ files: [FilePath], facts: RunFacts) throws -> WorkflowSet {
        let root = root(of: files.first ?? "/")
        var seen: Set<FilePath> = []
        let members = try files.filter { seen.insert($0.lexicallyNormalized()).inserted }.map { file in
            try DocumentFaults.explained("the workflow has faults") { try member(file, below: root, facts) }
        }
        return WorkflowSet(members: members, root: root)
    }

    private static func member(_ file: FilePath, below root: FilePath, _ facts: RunFacts) throws -> Member {
        let whole = file.lexicallyNormalized()
        var name = whole
        if !name.removePrefix(root) { name = FilePath(file.lastComponent?.string ?? file.string) }
        guard Files.exists(whole) else {
            throw BerthError(
                .missed, "there is no such workflow", place: whole.string.escaped,
                remedy: "name one: berth plan .github/workflows/ci.yml")
        }
        let workflow = try WorkflowReader.read(Files.read(whole, limit: largest), file: name.string)
        let graph = try GraphBuilder.graph(of: workflow, facts: facts) { path in
            let place = root.pushing(FilePath(path).lexicallyNormalized())
            return Files.exists(place) ? try Files.read(place, limit: largest) : nil
        }
        return Member(workflow: workflow, graph: graph)
    }

    /// The folder above `.github`; without one, the file's own.
    private static func root(of file: FilePath) -> FilePath {
        let whole = file.lexicallyNormalized()
        let parts = Array(whole.components)
        guard let place = parts.lastIndex(where: { $0.string == ".github" }) else {
            return whole.removingLastComponent()
        }
        return FilePath(root: whole.root, parts[..<place])
    }

    /// What tells a member's jobs from those of others: its file, with its folder where two have one name; nil for the only one.
    func shownName(of member: Member) -> String? {
        guard members.count > 1 else { return nil }
        let name = member.workflow.fileName
        return members.count { $0.workflow.fileName == name } > 1 ? member.workflow.file : name
    }
}
