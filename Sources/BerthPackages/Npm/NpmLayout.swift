package import BerthArchive
internal import BerthSystem

/// Where npm packages and their commands lie in an image.
package struct NpmLayout: Sendable, Hashable {
    /// The two shapes that npm knows.
    package enum Style: Sendable, Hashable {
        /// `<prefix>/lib/node_modules/…`; commands of requested packages in `<prefix>/bin`.
        case global
        /// `<prefix>/node_modules/…`; commands in `<prefix>/node_modules/.bin`.
        case local
    }

    /// `usr/local`, or a project's folder.
    package let prefix: ArchivePath
    package let style: Style

    package init(prefix: ArchivePath, style: Style) { (self.prefix, self.style) = (prefix, style) }

    /// Where a location of a package lies in the image.
    package func folder(of location: ArchivePath) -> ArchivePath {
        location.below(style == .global ? ArchivePath("lib").below(prefix) : prefix)
    }

    /// The folder that gets the links to a package's commands.
    package func commands(of package: NpmPackage) -> ArchivePath {
        if style == .global, package.isRequested, package.isTopLevel { return ArchivePath("bin").below(prefix) }
        return ArchivePath(".bin").below(folder(of: package.modulesFolder))
    }

    /// The packages with each command left to one of them: the one that npm links first, by location.
    ///
    /// In a global installation the requested come before the others. Throws `.usage` when two of them bring the same
    /// command, as npm does, and for locations that differ in case only.
    package func settled(_ packages: [NpmPackage]) throws -> [NpmPackage] {
        try checkCase(packages)
        let order = packages.indices.sorted { isLinked(packages[$0], before: packages[$1]) }
        var owners: [ArchivePath: NpmPackage] = [:]
        var settled = packages
        for index in order {
            let package = packages[index]
            settled[index].bins = try package.bins?.filter { bin in
                let link = try ArchivePath(parsing: bin.command).below(commands(of: package))
                guard let owner = owners[link] else {
                    owners[link] = package
                    return true
                }
                if style == .global, package.isRequested { throw Self.contended(bin.command, owner, package) }
                return false
            }
        }
        return settled
    }

    /// npm's order (arborist, `rebuild.js`): of packages that share a folder of commands, the first one links.
    private func isLinked(_ one: NpmPackage, before other: NpmPackage) -> Bool {
        if style == .global, one.isRequested != other.isRequested { return one.isRequested }
        return NpmOrder.precedes(one.location.description, other.location.description)
    }

    private func checkCase(_ packages: [NpmPackage]) throws {
        var known: [String: ArchivePath] = [:]
        for package in packages {
            let key = package.location.description.lowercased()
            if let other = known.updateValue(package.location, forKey: key) {
                throw BerthError(
                    .usage, "two npm packages have one place: \(other) and \(package.location)",
                    done: "nothing was changed", remedy: "leave one of them out: some file systems can't hold both")
            }
        }
    }

    private static func contended(_ command: String, _ first: NpmPackage, _ second: NpmPackage) -> BerthError {
        BerthError(
            .usage, "two npm packages bring the command \(command.escaped): \(first.label) and \(second.label)",
            done: "nothing was changed", remedy: "request one of them only")
    }
}

extension NpmPackage {
    /// The `node_modules` folder that it lies in.
    var modulesFolder: ArchivePath {
        let parent = location.parent ?? location
        return parent.name.hasPrefix("@") ? parent.parent ?? parent : parent
    }

    /// Whether it lies in the outermost `node_modules`.
    package var isTopLevel: Bool { modulesFolder.parent == nil }
}
