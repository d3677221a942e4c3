internal import BerthArchive
internal import BerthRegistry
internal import BerthReport
internal import BerthStore
internal import BerthSystem
internal import Foundation

/// Makes a recorded version of an image that was pulled: layers are expanded once and compared with its configuration.
struct PulledVersion {
    let store: Store
    let session: IngestSession
    let progress: any ProgressSink
    /// What the image is called here.
    let name: String

    struct Recorded {
        let version: Version
        let isNew: Bool
    }

    /// Records what was pulled; a version that is here already keeps all it has, and gets what is new.
    func record(_ pulled: ImagePuller.Pulled, tag: Tag?) async throws -> Recorded {
        let images = try await images(pulled)
        let index = try self.index(pulled, images)
        try session.commit()
        let catalog = VersionCatalog(store)
        let (attachments, extra) = (try attachments(pulled), others(pulled))
        if let same = try catalog.all().last(where: { $0.name == name && $0.index == index.digest }) {
            let version = same.adding(attachments: attachments, blobs: extra)
            try catalog.replace(same, by: version)
            try setTag(tag, version)
            return Recorded(version: version, isNew: false)
        }
        let version = try version(images, index, tag).adding(attachments: attachments, blobs: extra)
        try catalog.record(version, aliases: [])
        try setTag(tag, version)
        return Recorded(version: version, isNew: true)
    }

    private func setTag(_ tag: Tag?, _ version: Version) throws {
        guard let tag, tag.text != version.tag else { return }
        let isOthers = try VersionCatalog(store).all().contains { other in
            other.name == name && other.tag == tag.text && other.index != version.index
        }
        guard !isOthers else {
            return progress.report(.said("\(name):\(tag) is another version here: this one is \(version.reference)"))
        }
        try VersionCatalog(store).point([tag.text], to: version)
    }

    private func version(
        _ images: [PlatformImage], _ index: (digest: Digest, size: ByteCount), _ tag: Tag?
    ) throws -> Version {
        let now = Date()
        let taken = try VersionCatalog(store).all().filter { $0.name == name }.map(\.tag)
        let own = try free(tag, taken) ?? CalendarTag.next(after: taken, on: now)
        let configs = try images.map { try config($0.config) }
        return Version(
            name: name, tag: own, index: index.digest, indexSize: index.size, platforms: images, lock: nil,
            recipe: index.digest, built: Int64(now.timeIntervalSince1970), epoch: configs.map(\.created).max() ?? 0,
            compressor: "as pulled", inputs: index.digest,
            blobs: [index.digest] + images.flatMap { [$0.manifest, $0.config] + $0.layers.map(\.digest) },
            refs: [VersionCatalog.ref(name, own, index.digest, index.size)])
    }

    /// The attachments that `berth image verify` reads; a signature with the key that it names.
    private func attachments(_ pulled: ImagePuller.Pulled) throws -> [Attachment] {
        try pulled.attachments.compactMap { manifest in
            guard let found = Attachment(manifest: manifest.bytes) else { return nil }
            guard found.isSignature, found.contentSize <= SignatureBundle.largest else { return found }
            return found.naming(keyIn: try store.read(found.content, limit: SignatureBundle.largest))
        }
    }

    /// What the version keeps besides: the registry's own index, which a signature may speak of, and all that refers
    /// to the image with what that consists of.
    private func others(_ pulled: ImagePuller.Pulled) -> [Digest] {
        [pulled.top.digest] + pulled.attachments.flatMap { [$0.digest] + $0.blobs.map(\.digest) }
    }

    /// The tag that it had on the registry, unless that moves (`latest`) or is another image's here.
    private func free(_ tag: Tag?, _ taken: [String]) throws -> String? {
        guard let tag, tag != .latest, !taken.contains(tag.text), Ref.isName("\(name):\(tag)") else { return nil }
        return try store.refs.find("\(name):\(tag)") == nil ? tag.text : nil
    }

    /// The registry's own index where all of it is here, else one over what was pulled.
    private func index(
        _ pulled: ImagePuller.Pulled, _ images: [PlatformImage]
    ) throws -> (digest: Digest, size: ByteCount) {
        let isSame =
            pulled.top.type == .index && pulled.isWhole
            && images.map(\.manifest) == pulled.images.map(\.manifest.digest)
        if isSame { return (pulled.top.digest, ByteCount(pulled.top.bytes.count)) }
        if pulled.top.type.isList {
            progress.report(
                .said("not all of the registry's index was pulled: the version here has an index of its own"))
        }
        return try ImageWriter.writeIndex(images, annotations: nil, into: session)
    }

    private func images(_ pulled: ImagePuller.Pulled) async throws -> [PlatformImage] {
        var images: [PlatformImage] = []
        for image in pulled.images { images.append(try await self.image(image.manifest)) }
        return images
    }

    private func config(_ digest: Digest) throws -> ForeignConfig {
        try ForeignConfig(store.read(digest, limit: ByteCount(8 << 20)))
    }

    private func image(_ manifest: RegistryManifest) async throws -> PlatformImage {
        guard let part = manifest.config else { throw BerthError(.damaged, "a manifest has no configuration") }
        let config = try config(part.digest)
        guard let platform = config.platform else {
            throw BerthError(
                .usage, "the image is for a platform that Berth has no use for", place: "\(manifest.digest)",
                done: "nothing was recorded", remedy: "linux/arm64 and linux/amd64 are known")
        }
        guard config.diffIDs.count == manifest.layers.count else { throw mismatch(manifest) }
        let layers = try await layers(manifest, config)
        guard layers.map(\.diffID) == config.diffIDs else { throw mismatch(manifest) }
        let kept = try converted(manifest)
        return PlatformImage(
            platform: platform, manifest: kept.digest, manifestSize: ByteCount(kept.bytes.count), config: part.digest,
            configSize: part.size, layers: layers)
    }

    private func mismatch(_ manifest: RegistryManifest) -> BerthError {
        BerthError(
            .damaged, "the image's layers are not those that its configuration names", place: "\(manifest.digest)",
            done: "nothing was recorded", remedy: "ask whoever pushed the image")
    }

    private func layers(_ manifest: RegistryManifest, _ config: ForeignConfig) async throws -> [Layer] {
        let all = try VersionCatalog(store).all()
        let known = Dictionary(all.flatMap(\.platforms).flatMap(\.layers).map { ($0.digest, $0) }) { first, _ in first }
        let step = "check \(name)"
        let total = manifest.layers.reduce(ByteCount(0)) { $0 + $1.size }
        progress.report(.started(step: step, total: total.value, unit: .bytes))
        let counter = ProgressCounter(step, progress)
        let (store, names) = (store, config.layerNames)
        let numbered = Array(manifest.layers.enumerated())
        let layers = try await inParallel(numbered.map { ($0.offset, $0.element) }, limit: Machine.processors) {
            number, blob in
            defer { counter.add(blob.size.value) }
            if var layer = known[blob.digest] {
                layer.name = names[number]
                return layer
            }
            let found = try await offload { try LayerContent(store.path(of: blob.digest)).measure() }
            return Layer(
                name: names[number], digest: blob.digest, size: blob.size, diffID: found.diffID,
                unpacked: found.unpacked, mediaType: OCIForm.layerType(blob.mediaType))
        }
        progress.report(.ended(step: step, note: "\(layers.count) layers"))
        return layers
    }

    /// The manifest in OCI's form: a store holds all of an image in one form, or engines stumble (images.md §7).
    private func converted(_ manifest: RegistryManifest) throws -> RegistryManifest {
        guard manifest.type.isDocker else { return manifest }
        progress.report(.said("the image is in Docker's form: its manifest is kept in OCI's, under another digest"))
        let bytes = try OCIForm.manifest(manifest)
        _ = try session.add(bytes)
        return try RegistryManifest(bytes)
    }
}
