internal import BerthDocument
internal import BerthSystem
internal import SystemPackage

/// The version of npm, pnpm or yarn without starting it.
struct NodeManager {
    let name: String
    /// The checkout's folder.
    let root: FilePath

    /// Read from the package that a program belongs to; nil where that does not tell.
    func version(_ program: FilePath) -> String? {
        var folder = Self.resolved(program).removingLastComponent()
        for _ in 0..<4 {
            if let package = Self.package(folder.appending("package.json")), let own = package["name"]?.text {
                if own == name { return package["version"]?.text }
                return own == "corepack" ? pinned : nil
            }
            folder = folder.removingLastComponent()
        }
        return nil
    }

    /// What the project's `packageManager` names, which corepack runs: `pnpm@10.5.2+sha512.…`.
    var pinned: String? {
        guard let text = Self.package(root.appending("package.json"))?["packageManager"]?.text,
            text.hasPrefix(name + "@")
        else { return nil }
        return String(text.dropFirst(name.count + 1).prefix { $0 != "+" })
    }

    private static func package(_ path: FilePath) -> DocumentNode? {
        guard let bytes = try? Files.read(path, limit: 1 << 20) else { return nil }
        return try? JSONDocument(bytes, file: path.string, repeated: .lastCounts).root
    }

    /// The file that a chain of links leads to.
    private static func resolved(_ program: FilePath) -> FilePath {
        var path = program
        for _ in 0..<16 {
            guard let name = Folder.Name(path.lastComponent), let folder = try? Folder(path.removingLastComponent()),
                let facts = try? folder.facts(name), facts.kind == .link, let target = try? folder.target(name)
            else { return path }
            path = path.removingLastComponent().pushing(FilePath(String(decoding: target, as: UTF8.self)))
                .lexicallyNormalized()
        }
        return path
    }
}
