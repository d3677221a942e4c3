import BerthArchive
import BerthStore
import BerthSystem
import BerthTestSupport
import Foundation
import SystemPackage

@testable import BerthRegistry

/// An image of two platforms in a store, with layers of bytes that mean nothing; registries do not look into them.
struct SampleImage {
    let index: Digest
    let manifests: [Digest]
    let layers: [Digest]
    /// Manifests that refer to the index.
    let attachments: [Digest]

    /// All its blobs: layers and configurations, with those of the attachments.
    let blobs: Set<Digest>

    static func make(
        in store: Store, layerSizes: [Int] = [300_000, 70_000, 0], attachments count: Int = 0, seed: UInt64 = 1
    ) throws -> SampleImage {
        let session = try store.beginIngest(purpose: "a sample")
        var (manifests, layers, blobs): ([[String: Any]], [Digest], Set<Digest>) = ([], [], [])
        for (number, architecture) in ["arm64", "amd64"].enumerated() {
            var entries: [[String: Any]] = []
            for (position, size) in layerSizes.enumerated() {
                // The first layer is the same in both.
                let own = position == 0 ? seed : seed + UInt64(100 * number + position)
                let digest = try session.add(bytes(size, seed: own))
                entries.append(entry("application/vnd.oci.image.layer.v1.tar+gzip", digest, size))
                layers.append(digest)
            }
            let config = json([
                "architecture": architecture, "os": "linux",
                "rootfs": ["type": "layers", "diff_ids": layers.suffix(layerSizes.count).map(\.description)],
            ])
            let configDigest = try session.add(config)
            let manifest = json([
                "schemaVersion": 2, "mediaType": ManifestType.image.rawValue,
                "config": entry("application/vnd.oci.image.config.v1+json", configDigest, config.count),
                "layers": entries,
            ])
            var described = entry(ManifestType.image.rawValue, try session.add(manifest), manifest.count)
            described["platform"] = ["architecture": architecture, "os": "linux"]
            manifests.append(described)
            blobs.formUnion(layers + [configDigest])
        }
        let index = json(["schemaVersion": 2, "mediaType": ManifestType.index.rawValue, "manifests": manifests])
        let digest = try session.add(index)
        let attached = try (0..<count).map { number in
            try attach("note \(number) \(seed)", to: digest, index.count, session, &blobs)
        }
        try session.commit()
        return SampleImage(
            index: digest, manifests: try manifests.map { try Digest($0["digest"] as? String ?? "") }, layers: layers,
            attachments: attached, blobs: blobs)
    }

    private static func attach(
        _ text: String, to subject: Digest, _ size: Int, _ session: IngestSession, _ blobs: inout Set<Digest>
    ) throws -> Digest {
        let note = try session.add(Array(text.utf8))
        let empty = try session.add(Array("{}".utf8))
        blobs.formUnion([note, empty])
        return try session.add(
            json([
                "schemaVersion": 2, "mediaType": ManifestType.image.rawValue, "artifactType": "text/x-note",
                "config": entry("application/vnd.oci.empty.v1+json", empty, 2),
                "layers": [entry("text/plain", note, text.utf8.count)],
                "subject": entry(ManifestType.index.rawValue, subject, size),
            ]))
    }

    static func entry(_ type: String, _ digest: Digest, _ size: Int) -> [String: Any] {
        ["mediaType": type, "digest": "\(digest)", "size": size]
    }

    static func json(_ object: [String: Any]) -> [UInt8] {
        (try? JSONSerialization.data(withJSONObject: object, options: [.sortedKeys, .withoutEscapingSlashes]))
            .map(Array.init) ?? []
    }
}

extension Harbour {
    /// A way to registries with short waits, small pieces and logins of the test's own.
    func access(logins: LoginFinder = LoginFinder(files: []), piece: Int = 64 << 10) -> RegistryAccess {
        var access = RegistryAccess(transport: transport, logins: logins, progress: sink)
        access.policy = Harbour.policy
        access.policy.piece = ByteCount(piece)
        access.policy.window = ByteCount(piece)
        return access
    }

    func repository(_ double: RegistryDouble, _ path: String = "me/sample") throws -> Repository {
        try Repository(host: RegistryHost(double.host), path: path)
    }

    /// A file of logins as `docker login` writes it.
    func logins(_ text: String) throws -> LoginFinder {
        let path = root.appending("config.json")
        try Files.writeAtomically(text, to: path)
        return LoginFinder(files: [path], find: { _ in nil })
    }

    func login(_ host: String, _ name: String, _ password: String) throws -> LoginFinder {
        let auth = Data("\(name):\(password)".utf8).base64EncodedString()
        return try logins(#"{"auths":{"\#(host)":{"auth":"\#(auth)"}}}"#)
    }

    /// Pushes a sample from the store.
    func push(
        _ image: SampleImage, to double: RegistryDouble, _ access: RegistryAccess? = nil, path: String = "me/sample",
        tags: [String] = ["latest"], mounting: [Repository] = []
    ) async throws -> TransferSummary {
        let client = try (access ?? self.access()).writer(of: repository(double, path), mounting: mounting)
        return try await ImagePusher(store: store, client: client, elsewhere: mounting)
            .push(image.index, tags: tags.map { try Tag($0) }, attachments: image.attachments)
    }

    /// What the registry holds of a sample must be what the store has.
    func holds(_ image: SampleImage, _ double: RegistryDouble, path: String = "me/sample") -> Bool {
        image.blobs.allSatisfy { digest in
            let bytes = double.blob("\(digest)", in: path)
            return bytes != nil && bytes == (try? Files.read(store.path(of: digest), limit: 1 << 30))
        }
            && (image.manifests + [image.index]).allSatisfy { digest in
                double.manifest("\(digest)", in: path).map(Digest.of) == digest
            }
    }
}
