internal import BerthArchive
internal import BerthDocument

/// What settings say of a tree, without secrets.
enum SettingText {
    /// Sections of a package.json that say what a project asks for.
    private static let sections = [
        "dependencies", "devDependencies", "optionalDependencies", "peerDependencies", "peerDependenciesMeta",
        "dependenciesMeta", "bundleDependencies", "bundledDependencies", "resolutions", "overrides", "workspaces",
        "installConfig", "packageManager",
    ]

    /// The facts of one file: lines of `.npmrc`, sections of a package.json, of all others the digest.
    static func facts(of name: String, _ bytes: [UInt8]) throws -> [KeyFacts.Fact] {
        switch name.split(separator: "/").last.map({ String($0) }) {
        case ".npmrc": npmrc(name, bytes)
        case "package.json": try package(name, bytes)
        default: [.init(name: name, value: "sha256:" + Digest.of(bytes).hex)]
        }
    }

    /// Tokens and logins are left out: they shape nothing, and change.
    private static func npmrc(_ name: String, _ bytes: [UInt8]) -> [KeyFacts.Fact] {
        let lines = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline).map { String($0).trimmed }
        return lines.compactMap { line in
            guard let first = line.first, first != "#", first != ";", !line.hasPrefix("//") else { return nil }
            let parts = line.split(separator: "=", maxSplits: 1).map { String($0).trimmed }
            let key = parts[0]
            guard !["username", "email", "cert", "key", "ca", "cafile"].contains(key), !key.hasPrefix("_") else {
                return nil
            }
            return .init(name: "\(name) \(key)", value: shown(parts.count > 1 ? parts[1] : ""))
        }
    }

    private static func package(_ name: String, _ bytes: [UInt8]) throws -> [KeyFacts.Fact] {
        do {
            let root = try JSONDocument(bytes, file: name, repeated: .lastCounts).root
            return sections.flatMap { section in
                root[section].map { leaves("\(name) \(section)", $0) } ?? []
            }
        } catch { throw KeyFiles.unreadable(name, error) }
    }

    private static func leaves(_ name: String, _ node: DocumentNode) -> [KeyFacts.Fact] {
        switch node.kind {
        case .scalar(let text, _): [.init(name: name, value: shown(text))]
        case .null: [.init(name: name, value: "null")]
        case .sequence(let items): items.flatMap { leaves(name, $0) }
        case .mapping(let members):
            members.sorted { $0.key < $1.key }.flatMap { leaves("\(name) \($0.key)", $0.value) }
        }
    }

    /// A value as people may see it: an address may hold a login, and stands there as a digest.
    static func shown(_ value: String) -> String {
        let isPlain = !value.contains("@") && !value.contains("://") && value.utf8.count <= 200
        return isPlain ? value : "sha256:" + Digest.of(value).short
    }
}
