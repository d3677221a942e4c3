package import BerthArchive
internal import BerthSystem

/// Which of Debian's two archives a file lies in.
package enum DebianArchiveKind: String, Sendable, Hashable, Codable, CaseIterable {
    case main
    case security
}

/// Where a package index belongs: the suite as it was asked for, and its archive.
package struct DebianIndexOrigin: Sendable, Hashable {
    package let suite: String
    package let archive: DebianArchiveKind

    package init(suite: String, archive: DebianArchiveKind) {
        self.suite = suite
        self.archive = archive
    }
}

/// One version of one package, as a stanza of a package index describes it.
package struct DebianPackage: Sendable {
    package let name: String
    package let version: DebianVersion
    /// `arm64`, `amd64` or `all`.
    package let architecture: String
    package let sourceName: String
    package let sourceVersion: DebianVersion
    /// Where the index that names it belongs (`trixie-security`, security).
    package let origin: DebianIndexOrigin
    /// Path below the archive's base address (`pool/main/b/bash/…`).
    package let filename: String
    package let size: ByteCount
    package let digest: Digest
    package let isEssential: Bool
    /// `Important: yes` or `Protected: yes`: apt prefers these among providers.
    package let isProtected: Bool
    package let priority: Priority
    package let section: String
    /// dpkg's estimate of the installed size.
    package let installedSize: ByteCount
    package let multiArch: MultiArch
    package let preDepends: [DebianDependency]
    package let depends: [DebianDependency]
    package let recommends: [DebianDependency]
    package let suggests: [DebianDependency]
    package let conflicts: [DebianDependency]
    package let breaks: [DebianDependency]
    package let replaces: [DebianDependency]
    package let provides: [DebianRelation]

    /// How much a system misses a package (policy §2.5), most first; apt's order.
    package enum Priority: Int, Sendable, Comparable {
        case required = 1
        case important
        case standard
        case optional
        case extra

        package static func < (left: Priority, right: Priority) -> Bool { left.rawValue < right.rawValue }
    }

    /// The Multi-Arch field.
    package enum MultiArch: String, Sendable {
        case no
        case same
        case foreign
        case allowed
    }
}

extension DebianPackage: CustomStringConvertible {
    package var description: String { "\(name) \(version)" }
}

extension DebianPackage {
    /// Reads a stanza; throws `.damaged` naming the package when something needed is missing or malformed.
    init(_ stanza: Stanza, origin: DebianIndexOrigin) throws {
        let name = stanza["Package"] ?? ""
        do { try self.init(checked: stanza, name: name, origin: origin) } catch {
            throw BerthError(
                .damaged, "the package index of \(origin.suite) describes \(name.escaped) in a way Berth can't read",
                cause: error)
        }
    }

    private init(checked stanza: Stanza, name: String, origin: DebianIndexOrigin) throws {
        func need(_ field: String) throws -> String {
            guard let value = stanza[field], !value.isEmpty else { throw BerthError(.damaged, "\(field) is missing") }
            return value
        }
        func relations(_ field: String) throws -> [DebianDependency] { try .parse(stanza[field]) }
        self.name = name
        version = try DebianVersion(need("Version"))
        architecture = try need("Architecture")
        (sourceName, sourceVersion) = try Self.source(stanza["Source"], name: name, version: version)
        self.origin = origin
        filename = try Self.poolPath(need("Filename"))
        guard let size = Int64(try need("Size")), size > 0 else { throw BerthError(.damaged, "Size is no number") }
        self.size = ByteCount(size)
        digest = try Digest(hex: need("SHA256"))
        isEssential = stanza.isYes("Essential")
        isProtected = stanza.isYes("Important") || stanza.isYes("Protected")
        priority = Priority(stanza["Priority"] ?? "")
        section = stanza["Section"] ?? ""
        installedSize = ByteCount((Int64(stanza["Installed-Size"] ?? "0") ?? 0).multipliedReportingOverflow(by: 1024).0)
        multiArch = MultiArch(rawValue: stanza["Multi-Arch"] ?? "no") ?? .no
        preDepends = try relations("Pre-Depends")
        depends = try relations("Depends")
        recommends = try relations("Recommends")
        suggests = try relations("Suggests")
        conflicts = try relations("Conflicts")
        breaks = try relations("Breaks")
        replaces = try relations("Replaces")
        provides = try relations("Provides").flatMap(\.alternatives)
    }

    /// `Source: name (version)`; both default to the package's own (policy §5.6.1).
    private static func source(
        _ field: String?, name: String, version: DebianVersion
    ) throws -> (String, DebianVersion) {
        guard let field, let relation = try DebianRelation(parsing: field[...].trimmed.withEqualSign) else {
            return (name, version)
        }
        return (relation.name, relation.requirement?.version ?? version)
    }

    /// A relative path without steps upward, so that it can't lead out of the archive.
    private static func poolPath(_ text: String) throws -> String {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        let isSafe = parts.allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." }
        guard isSafe, text.escaped == text, !text.contains(where: { "\\?#% ".contains($0) }) else {
            throw BerthError(.damaged, "Filename is not a path in the pool: \(text.escaped)")
        }
        return text
    }
}

extension DebianPackage.Priority {
    fileprivate init(_ text: String) {
        switch text {
        case "required": self = .required
        case "important": self = .important
        case "standard": self = .standard
        case "optional": self = .optional
        default: self = .extra
        }
    }
}

extension [DebianDependency] {
    fileprivate static func parse(_ field: String?) throws -> [DebianDependency] {
        try field.map(DebianDependency.parse) ?? []
    }
}

extension Substring {
    /// A source field's `(1.2)` written as a relation's `(= 1.2)`, so that one reader does for both.
    fileprivate var withEqualSign: Substring {
        guard let open = firstIndex(of: "(") else { return self }
        return "\(self[...open])= \(self[index(after: open)...])"
    }
}
