package import BerthArchive
package import BerthStore
internal import BerthSystem
internal import Foundation

extension Version {
    /// The image for a platform, or an error that says which platforms there are.
    package func required(_ platform: Platform) throws -> PlatformImage {
        if let found = image(platform) { return found }
        throw BerthError(
            .usage, "\(reference) has no image for \(platform)",
            place: "it has \(platforms.map { "\($0.platform)" }.joined(separator: ", "))",
            remedy: "build it: berth image build \(name) --platform \(platform)")
    }
}

extension Version {
    /// Oldest first; of two records of one version, which only a crash leaves, the one with more attached comes last.
    fileprivate var order: (Int64, Int, String, Int) { (built, tag.utf8.count, tag, attachments?.count ?? 0) }
}

/// The versions in a store: found by name and tag, recorded, tagged.
package struct VersionCatalog: Sendable {
    let store: Store

    package init(_ store: Store) { self.store = store }

    /// All versions, oldest first; records of other programs are passed over.
    package func all() throws -> [Version] {
        try store.roots.list().compactMap(Self.version).sorted { $0.order < $1.order }
    }

    /// The version that a record holds; nil for another program's record.
    static func version(_ root: Root) -> Version? {
        try? JSONDecoder().decode(Version.self, from: Data(root.record))
    }

    /// The version that was made from equal inputs and is still whole.
    package func find(name: String, inputs: Digest, session: IngestSession) throws -> Version? {
        try all().last { version in
            version.name == name && version.inputs == inputs && isWhole(version, session)
        }
    }

    /// The version that a person means: `python`, `python:latest`, `python:2026.11.23` or a digest.
    package func resolve(_ reference: String) throws -> Version {
        let versions = try all()
        let name = reference.contains(":") ? reference : "\(reference):latest"
        if let digest = try? Digest(reference), let found = versions.last(where: { $0.index == digest }) {
            return found
        }
        if let target = try store.refs.find(name)?.digest, let found = versions.last(where: { $0.index == target }) {
            return found
        }
        let known = Set(versions.map(\.name)).sorted().joined(separator: ", ")
        throw BerthError(
            .usage, "there is no image version \(reference.escaped)",
            place: known.isEmpty ? "the store \(store.root) holds no images" : "images in the store: \(known)",
            remedy: "berth image list shows all versions; berth image build makes one")
    }

    /// The tags that lead to each version's index.
    package func tags() throws -> [Digest: [String]] {
        Dictionary(grouping: try store.refs.list(), by: \.digest).mapValues { $0.map(\.name).sorted() }
    }

    /// Records a version and lets its own tag and the aliases lead to it; an earlier record of the same image goes.
    package func record(_ version: Version, aliases: [String], inPlaceOf same: Version? = nil) throws {
        _ = try store.roots.add(CanonicalJSON.encode(version))
        try point([version.tag] + aliases, to: version)
        if let same { try replace(same, by: version) }
    }

    /// Makes a version latest that was on trial; what was recorded of the same image before goes.
    func promote(_ version: Version) throws {
        let same = try all().last { $0.reference == version.reference && $0.index == version.index }
        if same == version { return try point(["latest"], to: version) }
        try record(version, aliases: ["latest"], inPlaceOf: same)
    }

    /// Records a version anew in place of what was recorded of it before; its names stay.
    package func replace(_ old: Version, by new: Version) throws {
        guard old != new else { return }
        let before = try store.roots.list().filter { Self.version($0) == old }
        _ = try store.roots.add(CanonicalJSON.encode(new))
        for root in before { try store.roots.remove(root.id) }
    }

    /// A name of the layout's index; containerd reads its own annotation for the full name.
    package static func ref(_ name: String, _ tag: String, _ digest: Digest, _ size: ByteCount) -> Ref {
        Ref(
            name: "\(name):\(tag)", digest: digest, mediaType: MediaType.index, size: size,
            annotations: ["io.containerd.image.name": "docker.io/library/\(name):\(tag)"])
    }

    /// Whether all of a version is in the store; what is there stays for as long as the session lives.
    func isWhole(_ version: Version, _ session: IngestSession) -> Bool {
        Self.parts(of: version).allSatisfy { (try? session.keep($0, size: $1)) == true }
    }

    /// Whether all of a version is in the store at this moment.
    func isWholeNow(_ version: Version) -> Bool {
        Self.parts(of: version).allSatisfy { store.contains($0, size: $1) }
    }

    private static func parts(of version: Version) -> [(Digest, ByteCount)] {
        let images = version.platforms
        return
            [(version.index, version.indexSize)]
            + images.flatMap { [($0.manifest, $0.manifestSize), ($0.config, $0.configSize)] }
            + images.flatMap { $0.layers }.map { ($0.digest, $0.size) }
            + (version.attachments ?? []).flatMap(\.blobs).map { ($0.digest, $0.size) }
    }
}
