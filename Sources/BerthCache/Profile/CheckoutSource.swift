internal import BerthArchive
internal import BerthLockfiles
internal import BerthSystem
package import SystemPackage

/// Where lockfiles and settings are read from: a checkout's folder, one lockfile, or a revision that git knows.
package enum CheckoutSource: Sendable, Hashable {
    case folder(FilePath)
    case file(FilePath)
    case revision(String, in: FilePath)

    /// What a person names: a folder or file that is there, else a revision of the checkout `root`.
    package init(_ text: String, in root: FilePath) async throws {
        let path = root.pushing(FilePath(text))
        switch Files.exists(path) ? (try? Folder(path)) != nil : nil {
        case true?: self = .folder(path)
        case false?: self = .file(path)
        case nil:
            let git = Git(root)
            guard !text.hasPrefix("-"), let commit = try? await git.commit(text) else {
                throw BerthError(
                    .usage, "\(text.escaped) is no folder, no file, and no revision that git knows here",
                    place: root.string, remedy: "name two checkouts, two lockfiles, or two revisions such as HEAD~1")
            }
            self = .revision(commit, in: root)
        }
    }

    /// The files of a profile's key: lockfiles, settings, and what they include.
    package func files(_ profile: CacheProfile, lockfiles: [String]) async throws -> [PostedFile] {
        if case .file(let path) = self {
            let name = path.lastComponent?.string ?? ""
            return [PostedFile(name: name, bytes: try await Self.bytes(of: path, name))]
        }
        let found = try await names(lockfiles)
        let patterns = KeyFiles.settings(profile, beside: found)
        let settings = try await names(patterns).filter { !found.contains($0) }
        var files: [PostedFile] = []
        for name in try Self.few(found + settings) { files.append(try await read(name)) }
        for file in files where found.contains(file.name) && KeyFiles.format(of: file.name) == .requirements {
            for name in try await included(by: file) where !files.contains(where: { $0.name == name }) {
                files.append(try await read(name))
            }
        }
        return files
    }

    /// The patterns of a single lockfile are its own name.
    package func lockfiles(_ patterns: [String]) -> [String] {
        guard case .file(let path) = self else { return patterns }
        return [GlobSegment.escaped(path.lastComponent?.string ?? "")]
    }

    /// Whether a file is there that some patterns choose; a single lockfile has the name that its tool gives it.
    package func has(_ patterns: [String]) async throws -> Bool {
        guard case .file(let path) = self else { return try await !names(patterns).isEmpty }
        let name = path.lastComponent?.string ?? ""
        return try Glob(inTree: patterns).chooses(KeyFiles.usualName(of: name) ?? name)
    }

    private func names(_ patterns: [String]) async throws -> [String] {
        guard !patterns.isEmpty else { return [] }
        let glob = try Glob(inTree: patterns)
        switch self {
        case .folder(let root): return try await offload { try GlobSearch.files(glob, below: root) }
        case .file(let path): return [path.lastComponent?.string ?? ""]
        case .revision(let commit, let root):
            return glob.ordered(try await Git(root).names(in: commit).filter { glob.chooses($0) })
        }
    }

    private static func few(_ names: [String]) throws -> [String] {
        guard names.count > KeyRequest.mostFiles else { return names }
        throw BerthError(
            .usage, "\(names.count) files would go into the key, more than \(KeyRequest.mostFiles)",
            place: names.prefix(3).joined(separator: ", ").escaped + ", …",
            remedy: "name those that count with --lockfile, or use --by files")
    }

    func read(_ name: String) async throws -> PostedFile {
        switch self {
        case .folder(let root): PostedFile(name: name, bytes: try await Self.bytes(of: root.pushing(.init(name)), name))
        case .file(let path): PostedFile(name: name, bytes: try await Self.bytes(of: path, name))
        case .revision(let commit, let root):
            PostedFile(name: name, bytes: try await Git(root).content(of: name, in: commit))
        }
    }

    private static func bytes(of path: FilePath, _ name: String) async throws -> [UInt8] {
        try await offload {
            if let facts = try Files.facts(path), facts.size > Int64(KeyRequest.largestFile) {
                throw KeyRequest.tooLarge(name)
            }
            return try Files.read(path, limit: KeyRequest.largestFile)
        }
    }

    /// What requirements include, and what that includes.
    private func included(by file: PostedFile) async throws -> [String] {
        var (found, waiting): ([String], [PostedFile]) = ([], [file])
        while let next = waiting.popLast(), found.count < KeyRequest.mostFiles {
            for name in RequirementIncludes.names(in: next) where !found.contains(name) && name != file.name {
                guard let inner = try? await read(name) else { continue }
                found.append(name)
                waiting.append(inner)
            }
        }
        return found
    }
}

/// The files that requirements name with `-r` and `-c`, below the checkout.
enum RequirementIncludes {
    static func names(in file: PostedFile) -> [String] {
        let folder = file.name.split(separator: "/").dropLast().joined(separator: "/")
        let lines = String(decoding: file.bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
        return lines.compactMap { line in
            guard let target = target(String(line).trimmed), !target.contains("://"), !target.hasPrefix("/") else {
                return nil
            }
            let path = FilePath(folder).pushing(FilePath(target)).lexicallyNormalized().string
            return path.hasPrefix("..") ? nil : path
        }
    }

    private static func target(_ line: String) -> String? {
        for option in ["--requirement", "--constraint", "-r", "-c"] where line.hasPrefix(option) {
            let rest = line.dropFirst(option.count).drop { $0 == "=" || $0.isWhitespace }
            let target = rest.prefix { !$0.isWhitespace }
            return target.isEmpty ? nil : String(target)
        }
        return nil
    }
}
