internal import BerthSystem
package import SystemPackage

/// All that the paths of a profile depend on: values, so that one process can ask for another one's.
package struct PathValues: Sendable {
    /// The checkout's folder as the job sees it; absolute.
    package var root: FilePath
    /// The home folder as the job sees it; absolute.
    package var home: FilePath
    package var environment: [String: String]
    /// `linux` or `macos`.
    package var system: String
    /// Whether the job runs as root: Yarn 1 then has another place.
    package var isRoot = false
    /// Where this process finds what the job sees.
    package var map = PathMap()

    package init(root: FilePath, home: FilePath, environment: [String: String], system: String) {
        (self.root, self.home, self.environment, self.system) = (root, home, environment, system)
    }
}

/// Folders of a job and where they lie for this process: `/__w` is `/srv/work` outside of the container.
package struct PathMap: Sendable, Hashable {
    private struct Place: Sendable, Hashable {
        let from: FilePath
        let to: FilePath
    }

    private var places: [Place] = []

    package init() {}

    /// Adds one; both are absolute.
    package mutating func add(from: FilePath, to: FilePath) throws {
        guard from.isAbsolute, to.isAbsolute else {
            throw BerthError(
                .usage, "a path map has two absolute paths, not \(from.string.escaped) and \(to.string.escaped)",
                remedy: "write it as /inside=/outside")
        }
        places.append(Place(from: from.lexicallyNormalized(), to: to))
    }

    /// Where a path of the job lies here; the longest folder that fits counts.
    package func place(of path: FilePath) -> FilePath {
        let fitting = places.filter { path.starts(with: $0.from) }
        guard let best = fitting.max(by: { $0.from.components.count < $1.from.components.count }) else { return path }
        var rest = path
        guard rest.removePrefix(best.from), !rest.isEmpty else { return best.to }
        return best.to.pushing(rest)
    }
}

/// One folder of a profile, found.
package struct ProfilePath: Sendable, Hashable {
    /// What its tree is called in an entry.
    package let label: String
    /// Where the job sees it.
    package let seen: FilePath
    /// Where this process finds it.
    package let path: FilePath
    /// What of it is left out.
    package let exclude: Glob
}

/// Where the folders of a profile lie.
package enum ProfilePaths {
    /// Each folder of a profile; throws `.usage` where a variable says that the tool keeps none.
    package static func resolve(_ profile: CacheProfile, _ values: PathValues) throws -> [ProfilePath] {
        if let on = profile.switches.first(where: { $0.isOn(values.environment) }) {
            throw BerthError(
                .usage, "there is nothing to cache for \(profile.name): \(on.variable) is set",
                done: "nothing was changed", remedy: "leave the variable out, or the profile")
        }
        return try profile.paths.map { path in
            let places = places(path, values)
            guard
                let seen = places.lazy
                    .compactMap({ $0.resolved(values, expandsTilde: path.expandsTilde) }).first
            else {
                throw BerthError(
                    .usage, "nothing says where \(path.label) of the profile \(profile.name) lies on \(values.system)",
                    remedy: "add a place without a variable to the profile")
            }
            return ProfilePath(
                label: path.label, seen: seen, path: values.map.place(of: seen),
                exclude: try Glob(inTree: path.exclude))
        }
    }

    private static func places(_ path: CacheProfile.Path, _ values: PathValues) -> [PathTemplate] {
        if values.system == "macos" { return path.macos ?? path.places }
        if values.isRoot, let root = path.linuxRoot { return root }
        return path.linux ?? path.places
    }

    /// The folders to save: where two are the same place, the first one's name counts.
    package static func toSave(_ paths: [ProfilePath]) -> [SavedPath] {
        var seen: Set<FilePath> = []
        return paths.filter { seen.insert($0.path).inserted }
            .map { SavedPath(label: $0.label, path: $0.path, exclude: $0.exclude) }
    }

    /// The folders to restore to: all, as an entry may have been saved under any of the names.
    package static func toRestore(_ paths: [ProfilePath]) -> [Destination] {
        paths.map { Destination(label: $0.label, path: $0.path) }
    }
}
