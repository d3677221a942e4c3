internal import BerthSystem
package import SystemPackage

/// The variables and folders of a machine that npm is configured by.
package struct NpmMachine: Sendable {
    /// The whole environment: npm's files may name any variable.
    let variables: [String: String]
    let home: FilePath
    /// The file system's root; tests have one of their own.
    let root: FilePath
    /// A project's folder whose `.npmrc` counts.
    let project: FilePath?
    /// Finds a program, as `Programs.find` does.
    let find: @Sendable (String) -> FilePath?

    /// This machine; `project` is the folder of the recipe.
    package init(project: FilePath? = nil) {
        self.init(
            variables: Machine.variables, home: Machine.home, root: "/", project: project, find: { Programs.find($0) })
    }

    init(
        variables: [String: String], home: FilePath, root: FilePath, project: FilePath? = nil,
        find: @escaping @Sendable (String) -> FilePath? = { _ in nil }
    ) {
        (self.variables, self.home, self.root, self.project, self.find) = (variables, home, root, project, find)
    }

    /// A setting from `npm_config_*`, whose names npm compares without case.
    func setting(_ key: String) -> String? {
        let wanted = "npm_config_" + key
        return variables.filter { $0.key.lowercased() == wanted && !$0.value.isEmpty }
            .min { $0.key < $1.key }?.value
    }

    /// The files that npm reads, from the least to the most important.
    var files: [FilePath] {
        [globalFiles, [userFile], [project?.appending(".npmrc")].compactMap(\.self)].flatMap(\.self)
    }

    private var userFile: FilePath { setting("userconfig").map { FilePath($0) } ?? home.appending(".npmrc") }

    private var globalFiles: [FilePath] {
        if let named = setting("globalconfig") { return [FilePath(named)] }
        var prefixes = [root.appending("usr"), root.pushing("usr/local"), root.pushing("opt/homebrew")]
        if let node = find("node") { prefixes.append(node.removingLastComponent().removingLastComponent()) }
        if let named = setting("prefix") ?? variables["PREFIX"] { prefixes = [FilePath(named)] }
        // Debian's npm has its file in /etc.
        return [root.pushing("etc/npmrc")] + prefixes.map { $0.pushing("etc/npmrc") }
    }
}
