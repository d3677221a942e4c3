internal import BerthArchive
internal import BerthRegistry
internal import BerthReport
internal import BerthStore
internal import BerthSystem
internal import Foundation

/// Makes the same image with layers in another compression: new blobs, manifests and index; contents and configuration stay.
struct Recompressor {
    let store: Store
    let session: IngestSession
    let compression: Compression
    let progress: any ProgressSink

    /// The digest of the new index; the version's own where nothing had to change.
    func index(of version: Version) async throws -> Digest {
        var images: [PlatformImage] = []
        for image in version.platforms { images.append(try await recompressed(image)) }
        guard images != version.platforms else { return version.index }
        let bytes = try store.read(version.index, limit: RegistryManifest.limit)
        var index = try JSONDecoder().decode(ImageDocuments.Index.self, from: Data(bytes))
        let made = Dictionary(zip(version.platforms.map(\.manifest), images)) { first, _ in first }
        index.manifests = index.manifests.map { entry in
            guard let image = made[entry.digest] else { return entry }
            var changed = entry
            (changed.mediaType, changed.digest, changed.size) = (MediaType.manifest, image.manifest, image.manifestSize)
            return changed
        }
        let digest = try session.add(CanonicalJSON.encode(index))
        try session.commit()
        return digest
    }

    /// The layers that are in another compression.
    static func stale(_ layers: [Layer], for compression: Compression) -> [Layer] {
        layers.filter { $0.mediaType != compression.layerMediaType }
    }

    private func recompressed(_ image: PlatformImage) async throws -> PlatformImage {
        guard !Self.stale(image.layers, for: compression).isEmpty else { return image }
        let wanted = compression.layerMediaType
        let step = "compress \(image.platform)"
        progress.report(.started(step: step, total: image.unpacked.value, unit: .bytes))
        let counter = ProgressCounter(step, progress)
        let work = self
        let layers = try await inParallel(image.layers, limit: min(Machine.processors, 8)) { layer in
            let made = layer.mediaType == wanted ? layer : try await offload { try work.recompressed(layer) }
            counter.add(layer.unpacked.value)
            return made
        }
        progress.report(.ended(step: step, note: "\(layers.reduce(ByteCount(0)) { $0 + $1.size })"))
        let old = try RegistryManifest(store.read(image.manifest, limit: RegistryManifest.limit))
        let bytes = try OCIForm.manifest(
            old, layers: layers.map { .init(mediaType: $0.mediaType, digest: $0.digest, size: $0.size) })
        return PlatformImage(
            platform: image.platform, manifest: try session.add(bytes), manifestSize: ByteCount(bytes.count),
            config: image.config, configSize: image.configSize, layers: layers)
    }

    /// One layer; what was made before is only looked up.
    private func recompressed(_ layer: Layer) throws -> Layer {
        let key = Digest.of("recompressed \(layer.digest) \(compression.identity)")
        if let file = store.fragments.use(key, suffix: "layer"), let bytes = try? Files.read(file),
            let known = try? JSONDecoder().decode(Layer.self, from: Data(bytes)), known.diffID == layer.diffID,
            (try? session.keep(known.digest, size: known.size)) == true
        {
            return known
        }
        let made = try LayerContent(store.path(of: layer.digest))
            .recompressed(compression, into: session, name: layer.name)
        guard made.diffID == layer.diffID else {
            throw BerthError(
                .damaged, "a layer holds other bytes than its record says", place: "\(layer.digest)",
                done: "nothing was pushed", remedy: "run berth store check --read-data")
        }
        _ = try store.fragments.write(CanonicalJSON.encode(made), for: key, suffix: "layer")
        return made
    }
}
