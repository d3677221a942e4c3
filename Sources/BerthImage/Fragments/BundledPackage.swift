internal import BerthArchive

/// An npm package inside a file of another package, such as the npm that Node's wheel brings; by its own package.json.
package struct BundledPackage: Codable, Sendable, Equatable {
    package let name: String
    package let version: String
    package let statement: PackageStatement

    /// Whether a path is the package.json of an npm package: `…/node_modules/NAME/package.json`, also with a scope.
    static func holds(_ path: ArchivePath) -> Bool {
        guard path.name == "package.json", let folder = path.parent, let above = folder.parent else { return false }
        return above.name == "node_modules" || above.name.hasPrefix("@") && above.parent?.name == "node_modules"
    }
}
