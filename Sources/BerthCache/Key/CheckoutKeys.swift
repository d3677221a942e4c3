internal import BerthSystem
package import SystemPackage

/// Keys of a checkout, made on the machine where it lies.
package struct CheckoutKeys: Sendable {
    /// Where the checkout and the folders lie.
    package var values: PathValues
    package let catalog: ProfileCatalog
    /// Patterns in the place of the profiles' lockfiles.
    package var lockfiles: [String] = []
    package var choices: [String] = []
    /// Nil: as each profile says.
    package var mode: KeyMode?
    package var followsLinks = false
    /// Facts that were stated, by name; they are not asked for.
    package var stated: [String: String] = [:]
    /// The program that is asked for Python's facts.
    package var python: String?
    /// Folders besides those of the profile.
    package var morePaths: [SavedPath] = []

    package init(_ values: PathValues, _ catalog: ProfileCatalog) { (self.values, self.catalog) = (values, catalog) }

    /// A key with the folders that it is for.
    package struct Made: Sendable {
        package let profile: CacheProfile
        package let key: ProfileKey
        package let paths: [ProfilePath]
    }

    /// Where this process finds the checkout.
    package var folder: FilePath { values.map.place(of: values.root) }

    /// Keys of some profiles, from the checkout unless another source is named.
    package func make(_ profiles: [CacheProfile], from source: CheckoutSource? = nil) async throws -> [Made] {
        async let toolchain = toolchain(for: profiles)
        let read = try await read(profiles, source)
        return try Self.make(read, try await toolchain)
    }

    /// Keys of two sources with one toolchain, to be compared.
    package func differences(
        _ profiles: [CacheProfile], _ before: CheckoutSource, _ after: CheckoutSource
    ) async throws -> [KeyDifference] {
        async let toolchain = toolchain(for: profiles)
        let (old, new) = (try await read(profiles, before), try await read(profiles, after))
        let (left, right) = (try Self.make(old, try await toolchain), try Self.make(new, try await toolchain))
        return zip(left, right).map { KeyDifference($0.key, $1.key) }
    }

    /// Profiles whose lockfiles a source has.
    package func fitting(_ source: CheckoutSource) async throws -> [CacheProfile] {
        var found: [CacheProfile] = []
        for profile in try catalog.all() where !profile.tells.isEmpty && profile.packages.isEmpty {
            if try await source.has(profile.tells) { found.append(profile) }
        }
        return found
    }

    /// Asks this machine's programs for what was not stated.
    private func toolchain(for profiles: [CacheProfile]) async throws -> Toolchain {
        var probe = ToolchainProbe(root: folder)
        probe.python = python
        let wanted = Set(profiles.flatMap(\.toolchain))
        return try await probe.collect(for: wanted, stated: stated)
    }

    /// A profile whose files were read.
    private struct Read {
        var request: KeyRequest
        let contents: KeyMaker.Contents
        let paths: [ProfilePath]
    }

    private func read(_ profiles: [CacheProfile], _ source: CheckoutSource?) async throws -> [Read] {
        var all: [Read] = []
        for profile in profiles { all.append(try await read(profile, source ?? .folder(folder))) }
        return all
    }

    private static func make(_ all: [Read], _ toolchain: Toolchain) throws -> [Made] {
        try all.map { read in
            var request = read.request
            request.toolchain = toolchain
            let key = try KeyMaker.make(request, read.contents)
            return Made(profile: request.profile, key: key, paths: read.paths)
        }
    }

    private func read(_ profile: CacheProfile, _ source: CheckoutSource) async throws -> Read {
        let paths = try ProfilePaths.resolve(profile, values) + (try morePaths.map(Self.path))
        var request = KeyRequest(profile: profile, toolchain: try Toolchain([:]), mode: mode)
        request.lockfiles = source.lockfiles(lockfiles.isEmpty ? profile.lockfiles : lockfiles)
        (request.choices, request.variables) = (choices, values.environment)
        request.places = Dictionary(paths.map { ($0.label, $0.seen.string) }) { first, _ in first }
        request.labels = paths.map(\.label)
        if request.mode == .files, case .folder(let root) = source {
            let (patterns, home, follows) = (request.lockfiles, values.home, followsLinks)
            request.hashed = try await offload {
                try HashFiles.files(patterns, below: root, home: home, followingLinks: follows)
            }
            request.files = try await source.files(profile, lockfiles: [])
        } else {
            request.files = try await source.files(profile, lockfiles: request.lockfiles)
        }
        let whole = request
        let contents = try await offload { try KeyMaker.read(whole) }
        return Read(request: request, contents: contents, paths: paths)
    }

    private static func path(_ saved: SavedPath) throws -> ProfilePath {
        ProfilePath(label: saved.label, seen: saved.path, path: saved.path, exclude: try Glob(inTree: []))
    }
}
