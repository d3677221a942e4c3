internal import BerthArchive
internal import BerthStore
internal import BerthSystem
internal import Foundation
internal import SystemPackage

/// A kept fragment whose bytes are no longer what they were; it is dropped and made again.
struct DamagedFragment: Error {
    let key: Digest
    let name: String
}

/// Joins a skeleton and kept fragments into a layer blob; what was joined before is only looked up.
///
/// Members of gzip and frames of zstd may stand one after another, so nothing is compressed twice. Each is expanded once
/// for the diffID, which also proves that what was compressed can be read (restic#4529).
struct LayerAssembler: Sendable {
    let store: Store
    let session: IngestSession
    let compression: Compression
    /// False for a rebuild: layers joined before are not looked up.
    var reuses = true

    func assemble(_ contents: LayerContents) throws -> Layer {
        let key = try contents.key(compression)
        if reuses, let known = remembered(key, contents.name) { return known }
        var output = LayerOutput(try session.writer(), try compression.makeCompressor())
        try output.append(plain: LayerTar.bytes(contents.skeleton, isEnd: false))
        for stored in contents.fragments { try append(stored, to: &output) }
        try output.append(plain: LayerTar.bytes(contents.generated, isEnd: true))
        let layer = try output.finish(name: contents.name, mediaType: compression.layerMediaType)
        _ = try store.fragments.write(CanonicalJSON.encode(layer), for: key, suffix: "layer")
        return layer
    }

    private func remembered(_ key: Digest, _ name: String) -> Layer? {
        guard let file = store.fragments.use(key, suffix: "layer"), let bytes = try? Files.read(file),
            var layer = try? JSONDecoder().decode(Layer.self, from: Data(bytes)),
            (try? session.keep(layer.digest, size: layer.size)) == true
        else { return nil }
        layer.name = name
        return layer
    }

    private func append(_ stored: StoredFragment, to output: inout LayerOutput) throws {
        do {
            let descriptor = try Files.open(stored.run, .readOnly)
            defer { try? descriptor.close() }
            for chunk in stored.fragment.chunks {
                let bytes = try Files.read(descriptor, count: chunk.compressed, stored.run)
                try output.append(compressed: bytes, expanded: chunk.expanded)
            }
        } catch let error as BerthError where error.status == .damaged {
            throw DamagedFragment(key: stored.key, name: stored.fragment.name)
        }
    }
}
