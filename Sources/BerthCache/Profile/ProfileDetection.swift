internal import BerthLockfiles
internal import BerthSystem
package import SystemPackage

/// A profile that fits a checkout, and why.
package struct ProfileProposal: Sendable, Encodable {
    package let profile: String
    package let title: String
    /// `downloads` or `tree`.
    package let caches: String
    package let reason: String
    /// Those that count, from the checkout's folder on.
    package let lockfiles: [String]
    /// Whether they have to be named, as they lie elsewhere than the profile looks.
    package let mustBeNamed: Bool
    /// `packages`, or `files` where the lockfiles do not tell what they lock.
    package let by: String
    /// The command that fills the folders.
    package let install: String?
}

/// Proposes profiles by the lockfiles that are there.
package enum ProfileDetection {
    /// Folders that hold other people's lockfiles, or ones for tests.
    private static let elsewhere = [
        "node_modules", ".*", "venv", "vendor", "third_party", "fixtures", "__fixtures__", "testdata", "test-data",
    ]

    /// Profiles that fit the checkout's folder, or where none does those that fit a folder in it; downloads first.
    package static func propose(_ profiles: [CacheProfile], for root: FilePath) async throws -> [ProfileProposal] {
        var proposals: [ProfileProposal] = []
        for profile in profiles where !profile.tells.isEmpty {
            if let found = try await propose(profile, for: root) { proposals.append(found) }
        }
        return proposals.sorted { ($0.caches, $0.profile) < ($1.caches, $1.profile) }
    }

    private static func propose(_ profile: CacheProfile, for root: FilePath) async throws -> ProfileProposal? {
        let usual = try await names(profile.tells, root)
        let found = usual.isEmpty ? try await names(deep(profile.tells), root) : usual
        guard !found.isEmpty, found.count <= KeyRequest.mostFiles else { return nil }
        let counted = usual.isEmpty ? found : try await names(profile.lockfiles, root)
        var request = KeyRequest(profile: profile, toolchain: try Toolchain([:]), mode: .packages)
        request.lockfiles = counted.map { name in
            name.split(separator: "/").map { GlobSegment.escaped(String($0)) }.joined(separator: "/")
        }
        do {
            request.files = try await CheckoutSource.folder(root).files(profile, lockfiles: request.lockfiles)
            try request.check()
            var facts = KeyFacts()
            try KeyFiles(request).locked(into: &facts)
            return proposal(profile, counted, mustBeNamed: usual.isEmpty, reason(facts), .packages)
        } catch let error as BerthError {
            // A profile of certain packages is not meant where none of them is locked, or nobody can tell.
            guard profile.packages.isEmpty else { return nil }
            let why = "\(counted.joined(separator: ", ").escaped), by its bytes: \(error.what)"
            return proposal(profile, counted, mustBeNamed: usual.isEmpty, why, .files)
        }
    }

    private static func names(_ patterns: [String], _ root: FilePath) async throws -> [String] {
        let glob = try Glob(inTree: patterns)
        // Those of the outer folders first: the first one stands in what is proposed.
        return try await offload { try GlobSearch.files(glob, below: root) }
            .map { (depth: $0.split(separator: "/").count, name: $0) }.sorted { $0 < $1 }.map(\.name)
    }

    private static func deep(_ patterns: [String]) -> [String] {
        patterns.map { "**/" + $0 } + elsewhere.map { "!**/" + $0 }
    }

    private static func reason(_ facts: KeyFacts) -> String {
        facts.files.map { file in
            "\(file.name.escaped) locks \(file.packages) package\(file.packages == 1 ? "" : "s")"
        }
        .joined(separator: ", ")
    }

    private static func proposal(
        _ profile: CacheProfile, _ lockfiles: [String], mustBeNamed: Bool, _ reason: String, _ mode: KeyMode
    ) -> ProfileProposal {
        ProfileProposal(
            profile: profile.name, title: profile.title, caches: profile.caches.rawValue, reason: reason,
            lockfiles: lockfiles, mustBeNamed: mustBeNamed, by: mode.rawValue,
            install: profile.install?.replacing("{lockfile}", with: lockfiles.first ?? ""))
    }
}
