internal import BerthArchive
package import BerthReport
internal import BerthStore
internal import BerthSystem
internal import Foundation
package import SystemPackage

/// `latest` before and after a person went back.
package struct Rollback: Sendable {
    /// The version that was latest.
    package let from: Version
    package let to: Version
}

extension VersionCatalog {
    /// Leads `latest` back to the version before, or to a tag; the night does not promote what was left again before
    /// its inputs change.
    ///
    /// `folder` is the recipe's, where the version's lock is to lie beside it; without such a lock nothing is changed.
    package func rollBack(_ name: String, to tag: String? = nil, lockInto folder: FilePath? = nil) throws -> Rollback {
        let rollback = try way(of: name, to: tag)
        let lock = try folder.map { (try lockText(of: rollback.to), $0) }
        let (_, memory) = try latest(of: name, among: all())
        let (target, old) = (rollback.to, rollback.from)
        try store.refs.set(
            Self.ref(name, "latest", target.index, target.indexSize).remembering(
                memory.moving(to: target, chosen: substance(of: target), from: old, left: substance(of: old))))
        if let (text, folder) = lock { try write(text, to: folder) }
        return rollback
    }

    /// The same without doing it; throws what `rollBack` would throw.
    package func rollBackPlan(
        _ name: String, to tag: String? = nil, lockInto folder: FilePath? = nil
    ) throws -> (rollback: Rollback, steps: [DryRunReport.Step]) {
        let rollback = try way(of: name, to: tag)
        let moves = DryRunReport.Step.change(
            "lead \(name):latest back to \(rollback.to.reference)",
            because: "it leads to \(rollback.from.reference), which no night would promote again as it is")
        guard let folder else { return (rollback, [moves]) }
        let (bytes, _) = try lockText(of: rollback.to)
        let path = folder.appending("berth.lock")
        let isSame = Files.exists(path) ? try Files.read(path) == bytes : false
        let lock: DryRunReport.Step =
            isSame
            ? .stay("leave \(path)", because: "it is the lock of \(rollback.to.reference) already")
            : .change("write \(path)", because: "the lock of \(rollback.to.reference) was asked for")
        return (rollback, [moves, lock])
    }

    /// What a version was made of, as what is rolled back is known by.
    private func substance(of version: Version) throws -> Digest {
        version.lock == nil ? version.index : try lock(of: version).substance(version.platforms.map(\.platform))
    }

    /// The version that is latest, and the one to go to.
    private func way(of name: String, to tag: String?) throws -> Rollback {
        let versions = try all()
        guard let latest = try latest(of: name, among: versions).version else {
            throw BerthError(
                .usage, "\(name.escaped) has no latest version", place: store.root.string,
                remedy: "berth image list shows all versions; berth image build makes one")
        }
        let target = try tag.map { try resolve("\(name):\($0)") } ?? previous(of: name, among: versions)
        guard let target else {
            throw BerthError(
                .usage, "\(name) has no version before \(latest.reference) to go back to",
                remedy: "berth image list shows all versions; choose one with --to")
        }
        guard target.index != latest.index else {
            throw BerthError(
                .usage, "\(target.reference) is the latest version already", done: "nothing was changed",
                remedy: "berth image list shows all versions; choose another with --to")
        }
        return Rollback(from: latest, to: target)
    }

    /// A version's lock as it lies in the store, and what it says.
    private func lockText(of version: Version) throws -> (bytes: [UInt8], lock: Lock) {
        guard let digest = version.lock else {
            throw BerthError(
                .usage, "\(version.reference) has no lock: it was pulled, or built from a Dockerfile",
                done: "nothing was changed", remedy: "leave --lock out")
        }
        let bytes = try store.read(digest, limit: ByteCount(64 << 20))
        return (bytes, try LockFile.parse(bytes, place: "the lock of \(version.reference)"))
    }

    /// Writes a lock beside its recipe.
    private func write(_ text: (bytes: [UInt8], lock: Lock), to folder: FilePath) throws {
        let path = folder.appending("berth.lock")
        try Files.writeAtomically(text.bytes, to: path)
        try store.pins.set(lock: path.absolute, blobs: text.lock.files.map(\.digest))
    }
}
