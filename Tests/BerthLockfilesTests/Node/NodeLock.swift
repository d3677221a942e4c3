import BerthDocument
import BerthSystem
import SystemPackage
import Testing

@testable import BerthLockfiles

/// Lockfiles for tests, small ones in the text and real ones beside the project's folder.
enum NodeLock {
    static func read(_ text: String, _ format: LockfileFormat) throws -> LockedDependencies {
        try read(Array(text.utf8), format)
    }

    static func read(_ bytes: [UInt8], _ format: LockfileFormat) throws -> LockedDependencies {
        try #require(try NodeLocks.read(bytes, file: format.rawValue, format: format))
    }

    /// The faults of a file, each with its place; none when it is read.
    static func faults(_ text: String, _ format: LockfileFormat) -> [String] {
        do {
            _ = try read(text, format)
            return []
        } catch let error as DocumentFaults { return error.faults.map(\.description) } catch { return ["\(error)"] }
    }

    private static let folder = FilePath(#filePath).removingLastComponent().removingLastComponent()
        .removingLastComponent().removingLastComponent().removingLastComponent().pushing("shared/data/lockfiles")

    /// Whether the real pairs are at hand.
    static var hasReal: Bool { Files.exists(folder.appending("index.json")) }

    static func index() throws -> [UInt8] { try Files.read(folder.appending("index.json"), limit: 1 << 20) }

    /// A real file's bytes by its name in the index.
    static func real(_ name: String) async throws -> [UInt8] {
        let path = folder.removingLastComponent().pushing(FilePath(name))
        var command = Command(try Programs.require("gzip", remedy: ""), ["-dc", path.string])
        command.limit = .seconds(60)
        return Array(try await command.output().utf8)
    }
}

extension LockedDependencies {
    /// Packages as `name version`.
    var names: [String] { packages.map { "\($0.name) \($0.version)" } }

    /// Values of the shape's facts of one subject, as `aspect = value`.
    func shape(of subject: String) -> [String] {
        shape.filter { $0.subject == subject }.map { $0.value.isEmpty ? $0.aspect : "\($0.aspect) = \($0.value)" }
    }

    func package(_ name: String) -> ExternalPackage? { packages.first { $0.name == name } }
}
