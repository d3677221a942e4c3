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
        try store.roots.list().compactMap { root in
            try? JSONDecoder().decode(Version.self, from: Data(root.record))
        }.sorted { $0.order < $1.order }
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

    /// Records a version and lets its own tag and `latest` point to it.
    package func record(_ version: Version, aliases: [String]) throws {
        _ = try store.roots.add(CanonicalJSON.encode(version))
        let names = [version.tag] + aliases
        try store.refs.set(names.map { Self.ref(version.name, $0, version.index, version.indexSize) })
    }

    /// Records a version anew in place of what was recorded of it before; its names stay.
    package func replace(_ old: Version, by new: Version) throws {
        guard old != new else { return }
        let before = try store.roots.list().filter { root in
            (try? JSONDecoder().decode(Version.self, from: Data(root.record))) == old
        }
        _ = try store.roots.add(CanonicalJSON.encode(new))
        for root in before { try store.roots.remove(root.id) }
    }

    /// A name of the layout's index; containerd reads its own annotation for the full name.
    package static func ref(_ name: String, _ tag: String, _ digest: Digest, _ size: ByteCount) -> Ref {
        Ref(
            name: "\(name):\(tag)", digest: digest, mediaType: MediaType.index, size: size,
            annotations: ["io.containerd.image.name": "docker.io/library/\(name):\(tag)"])
    }

    private func isWhole(_ version: Version, _ session: IngestSession) -> Bool {
        let images = version.platforms
        let sizes: [(Digest, ByteCount)] =
            [(version.index, version.indexSize)]
            + images.flatMap { [($0.manifest, $0.manifestSize), ($0.config, $0.configSize)] }
            + images.flatMap { $0.layers }.map { ($0.digest, $0.size) }
            + (version.attachments ?? []).flatMap(\.blobs).map { ($0.digest, $0.size) }
        return sizes.allSatisfy { (try? session.keep($0, size: $1)) == true }
    }
}
