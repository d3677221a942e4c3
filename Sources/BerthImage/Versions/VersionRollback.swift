internal import BerthArchive
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
    package func rollBack(_ name: String, to tag: String? = nil) throws -> Rollback {
        let versions = try all()
        let (latest, memory) = try latest(of: name, among: versions)
        guard let latest else {
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
        let left = latest.lock == nil ? latest.index : try lock(of: latest).substance
        try store.refs.set(
            Self.ref(name, "latest", target.index, target.indexSize)
                .remembering(memory.rollingBack(to: target.index, from: left)))
        return Rollback(from: latest, to: target)
    }

    /// Writes a version's lock beside its recipe.
    package func restoreLock(of version: Version, to folder: FilePath) throws {
        guard let digest = version.lock else {
            throw BerthError(.usage, "\(version.reference) was built from a Dockerfile and has no lock")
        }
        let path = folder.appending("berth.lock")
        let bytes = try store.read(digest, limit: ByteCount(64 << 20))
        let lock = try LockFile.parse(bytes, place: "the lock of \(version.reference)")
        try Files.writeAtomically(bytes, to: path)
        try store.pins.set(lock: path.absolute, blobs: lock.files.map(\.digest))
    }
}

extension VersionCatalog {
    /// Gives a version a further name, by hand; a version with one is never pruned.
    package func tag(_ version: Version, _ alias: String) throws {
        try Self.checkAlias(alias)
        try store.refs.set(Self.ref(version.name, alias, version.index, version.indexSize))
    }

    /// Takes a hand-made name away; false when there was none.
    package func untag(_ name: String, _ alias: String) throws -> Bool {
        try Self.checkAlias(alias)
        return try store.refs.remove("\(name):\(alias)")
    }

    /// `latest`, `nightly` and calendar tags have owners.
    private static func checkAlias(_ alias: String) throws {
        let isCalendar = alias.wholeMatch(of: #/\d{4}\.\d{2}\.\d{2}(?:\.\d+)?/#) != nil
        guard !isCalendar, !["latest", "nightly"].contains(alias) else {
            throw BerthError(
                .usage, "\(alias) is a tag that Berth gives itself",
                remedy: alias == "latest" ? "berth image rollback NAME --to TAG moves latest" : "choose another name")
        }
        guard alias.utf8.count <= 128, alias.wholeMatch(of: #/[A-Za-z0-9]+(?:[._-][A-Za-z0-9]+)*/#) != nil else {
            throw BerthError(
                .usage, "\"\(alias.escaped)\" cannot be a tag",
                remedy: "use letters and digits, joined by one of - . _")
        }
    }
}
