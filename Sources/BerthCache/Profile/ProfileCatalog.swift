internal import BerthDocument
internal import BerthSystem
package import SystemPackage

/// All profiles that can be named: a project's own, the user's, and those that Berth ships.
package struct ProfileCatalog: Sendable {
    /// Folders with `<name>.yaml` files; the first that has a name counts.
    package let folders: [FilePath]

    package init(folders: [FilePath]) { self.folders = folders }

    /// The folder in a checkout for the project's own profiles.
    package static let ownFolder = FilePath(".berth/cache")

    /// The usual folders: of the checkout, of the user, and the shipped one.
    ///
    /// `named` is put in the shipped one's place, and so is `$BERTH_PROFILES`.
    package init(checkout: FilePath?, user: FilePath?, named: FilePath? = nil) throws {
        let shipped = named ?? Machine.environment("BERTH_PROFILES").map { FilePath($0) } ?? Self.shipped
        let own = checkout.map { $0.pushing(Self.ownFolder) }
        folders = [own, user, shipped].compactMap(\.self)
        if shipped == nil {
            throw BerthError(
                .usage, "the profiles that come with Berth are not where its program lies",
                place: Machine.executable?.string, remedy: "say where its folder cache/ is, with BERTH_PROFILES")
        }
    }

    /// Beside the program, `share/berth/cache` of where it is installed, or the project's `cache/` where it was built.
    private static var shipped: FilePath? {
        guard var folder = Machine.executable?.removingLastComponent() else { return nil }
        for _ in 0..<6 {
            for name in ["share/berth/cache", "cache"] {
                let candidate = folder.pushing(FilePath(name))
                if Files.exists(candidate.appending("custom.yaml")) { return candidate }
            }
            folder = folder.removingLastComponent()
        }
        return nil
    }

    /// The profile of a name; throws `.usage` where there is none, or it can't be read.
    package func profile(_ name: String) throws -> CacheProfile {
        let names = try self.names
        guard let folder = names[name] else {
            throw BerthError(
                .usage, "there is no profile \(String(name.prefix(80)).escaped)",
                place: folders.map(\.string).joined(separator: ", "),
                remedy: "known are \(names.keys.sorted().joined(separator: ", "))"
                    + Suggestion.text(for: name, among: names.keys.sorted()))
        }
        return try read(folder, name)
    }

    /// All profiles, by name.
    package func all() throws -> [CacheProfile] {
        try names.sorted { $0.key < $1.key }.map { try read($0.value, $0.key) }
    }

    /// The folder that counts for each name; `policy.yaml` beside them is none.
    private var names: [String: FilePath] {
        get throws {
            var names: [String: FilePath] = [:]
            for folder in folders {
                for file in try Files.list(folder) where file.hasSuffix(".yaml") && file != "policy.yaml" {
                    let name = String(file.dropLast(5))
                    if names[name] == nil { names[name] = folder }
                }
            }
            return names
        }
    }

    private func read(_ folder: FilePath, _ name: String) throws -> CacheProfile {
        let path = folder.appending(name + ".yaml")
        let profile = try ProfileReader.read(
            try Files.read(path, limit: ProfileReader.limit), file: path.string)
        guard profile.name == name else {
            throw BerthError(
                .usage, "the profile calls itself \(profile.name.escaped)", place: path.string,
                remedy: "give file and profile one name")
        }
        return profile
    }
}
