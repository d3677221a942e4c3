internal import BerthSystem
internal import Foundation
package import SystemPackage

/// An empty folder that goes away with its last reference.
///
/// A class, so that closures that run at once can hold it; keep the value, not only its path, as long as you need it.
package final class TemporaryFolder: Sendable {
    /// Where it is, symlinks resolved: macOS keeps temporary files behind one.
    package let path: FilePath

    /// Makes it; `name` is there for whoever finds it after a crash.
    package init(_ name: String = "test") throws {
        let parent = FileManager.default.temporaryDirectory.resolvingSymlinksInPath().path(percentEncoded: false)
        path = FilePath(parent).appending("berth-\(name)-\(UUID().uuidString)")
        try Files.makeDirectory(path, mode: 0o700)
    }

    deinit { try? Files.removeTree(path) }

    /// Writes a tree into it and returns where it begins.
    @discardableResult
    package func write(_ tree: Tree) throws -> FilePath {
        try tree.write(to: path)
        return path
    }
}
