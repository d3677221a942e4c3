internal import BerthArchive
package import BerthReport

/// What changed between two versions: packages, and bytes of each layer.
package enum VersionComparison {
    package static func compare(
        _ before: Version, _ oldLock: Lock, _ after: Version, _ newLock: Lock
    ) -> VersionDiffReport {
        let platforms = after.platforms.map(\.platform).filter { before.image($0) != nil }
        let changes = LockChanges.between(oldLock, newLock)
            .filter { change in platforms.contains { "\($0)" == change.platform } }
        return VersionDiffReport(
            before: before.reference, after: after.reference, packages: changes,
            layers: platforms.flatMap { layers($0, before, after) })
    }

    private static func layers(_ platform: Platform, _ before: Version, _ after: Version) -> [VersionDiffReport.Layer] {
        let old = before.image(platform)?.layers ?? []
        let new = after.image(platform)?.layers ?? []
        let names = new.map(\.name) + old.map(\.name).filter { name in !new.contains { $0.name == name } }
        return names.map { name in
            let first = old.first { $0.name == name }
            let second = new.first { $0.name == name }
            return .init(
                platform: "\(platform)", name: name, before: first?.size.value, after: second?.size.value,
                isSame: first?.digest == second?.digest)
        }
    }
}
