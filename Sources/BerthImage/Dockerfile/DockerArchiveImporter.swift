internal import BerthArchive
internal import BerthStore
internal import BerthSystem
internal import Foundation
internal import SystemPackage

/// Takes an image out of a docker-archive (`docker save`): layers compressed as ours are, the configuration as it is.
struct DockerArchiveImporter {
    let session: IngestSession
    /// Where members lie while they are read.
    let folder: FilePath
    var compression = Compression.standard

    private struct Entry: Decodable {
        let config: String
        let layers: [String]

        enum CodingKeys: String, CodingKey {
            case config = "Config"
            case layers = "Layers"
        }
    }

    func importImage(_ archive: FilePath, _ platform: Platform) throws -> PlatformImage {
        let members = try unpack(archive)
        guard let list = members["manifest.json"],
            let entry = try JSONDecoder().decode([Entry].self, from: Data(Files.read(list))).first,
            let config = members[entry.config]
        else { throw BerthError(.damaged, "the engine's archive holds no image", place: archive.string) }
        let layers = try entry.layers.enumerated().map { number, name in
            guard let file = members[name] else {
                throw BerthError(
                    .damaged, "the engine's archive lacks the layer \(name.escaped)", place: archive.string)
            }
            return try LayerContent(file).recompressed(compression, into: session, name: "layer \(number + 1)")
        }
        let bytes = try Files.read(config, limit: 8 << 20)
        try check(bytes, layers, archive)
        let digest = try session.add(bytes)
        let manifest = try CanonicalJSON.encode(
            ImageDocuments.Manifest(
                config: .init(mediaType: MediaType.config, digest: digest, size: ByteCount(bytes.count)),
                layers: layers.map { .init(mediaType: $0.mediaType, digest: $0.digest, size: $0.size) }))
        return PlatformImage(
            platform: platform, manifest: try session.add(manifest), manifestSize: ByteCount(manifest.count),
            config: digest, configSize: ByteCount(bytes.count), layers: layers)
    }

    /// Files of the archive on disk, by their names in it; links lead to the file that they name.
    private func unpack(_ archive: FilePath) throws -> [String: FilePath] {
        var members: [String: FilePath] = [:]
        var links: [String: String] = [:]
        var reader = try ArchiveReader(.tar, archive)
        while let entry = try reader.next() {
            let name = "\(entry.member.path)"
            switch entry.member.kind {
            case .file:
                let file = folder.appending("member-\(members.count)")
                try extract(&reader, to: file)
                members[name] = file
            case .symlink(let target):
                let base = entry.member.path.parent.map { FilePath("\($0)") } ?? ""
                links[name] = base.pushing(FilePath(target)).lexicallyNormalized().string
            default: continue
            }
        }
        for (name, target) in links { members[name] = members[target] }
        return members
    }

    private func extract(_ reader: inout ArchiveReader, to file: FilePath) throws {
        let descriptor = try Files.open(
            file, .writeOnly, options: [.create, .truncate], permissions: .init(rawValue: 0o600))
        defer { try? descriptor.close() }
        try reader.readContents { try Files.writeAll($0, to: descriptor, file) }
    }

    /// What the configuration promises must be what the layers are.
    private func check(_ config: [UInt8], _ layers: [Layer], _ archive: FilePath) throws {
        let promised = try ForeignConfig(config).diffIDs
        guard promised == layers.map(\.diffID) else {
            throw BerthError(
                .damaged, "the engine's layers are not those of its configuration", place: archive.string,
                remedy: "build again; if it stays so, report the engine's version")
        }
    }
}
