internal import BerthArchive

extension Lock {
    /// The lock without what leaves the image as it is: the dates of the suites' Release files, which change daily.
    func with(suites: [LockedSuite]) -> Lock {
        var lock = self
        lock.suites = suites
        return lock
    }

    /// Digest of all that the lock makes an image for those platforms of, by today's rules.
    func substance(_ platforms: [Platform]) throws -> Digest {
        let parts = [
            "substance 2", "normaliser \(FragmentRules.normaliser)", "fix-ups \(Fixups.edition)",
            Digest.of(try LockFile.render(with(suites: []).restricted(to: platforms))).hex,
        ]
        return Digest.of(parts.joined(separator: "\n"))
    }
}

extension VersionMaker {
    /// The versions that were made of the same inputs as this lock gives, oldest first.
    func known(_ lock: Lock, among versions: [Version]) throws -> [Version] {
        let catalog = VersionCatalog(store)
        return try versions.filter { version in
            guard version.name == recipe.name, version.lock != nil,
                version.platforms.map(\.platform) == platforms,
                let old = try? catalog.lock(of: version)
            else { return false }
            return try inputs(lock.with(suites: old.suites)) == version.inputs
        }
    }
}
