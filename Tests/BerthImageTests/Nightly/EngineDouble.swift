import BerthArchive
import BerthSystem
import Foundation
import Synchronization
import SystemPackage

@testable import BerthEngine

/// An engine without containers: it reads archives as Docker does, keeps names and ids, and lets commands end as a
/// test says.
final class EngineDouble: Engine {
    private struct State {
        var images: [EngineDigest: LoadedImage] = [:]
        var containers: [EngineContents.Container] = []
        var failing: Set<String> = []
        var runs = 0
        var built: [UInt8]?
    }

    private let state = Mutex(State())

    /// Commands that fail from now on, in every image.
    func fail(_ commands: Set<String>) { state.withLock { $0.failing = commands } }

    /// The archive that every build from now on gives.
    func build(_ archive: [UInt8]) { state.withLock { $0.built = archive } }

    /// A container that uses an image, until `stop`.
    func use(_ image: EngineDigest, by name: String) {
        state.withLock { $0.containers.append(.init(name: name, image: image)) }
    }

    /// Commands run so far.
    var runs: Int { state.withLock { $0.runs } }

    /// Tags of the image that has this name, without what all of Berth's names begin with.
    func tags(sharing name: String) -> [String] {
        let image = state.withLock { state in state.images.values.first { $0.names.contains(name) } }
        return (image?.names ?? []).compactMap { $0.split(separator: ":").last.map(String.init) }.sorted()
    }

    /// Every name that it holds.
    var names: [String] { state.withLock { $0.images.values.flatMap(\.names).sorted() } }

    func id(of name: String) -> EngineDigest? {
        state.withLock { state in state.images.values.first { $0.names.contains(name) }?.id }
    }

    var address: EngineAddress { EngineAddress(.socket("/double"), reason: "for a test") }

    func facts() async throws -> EngineFacts {
        EngineFacts(
            kind: .docker, version: "99", apiVersion: nil, storageDriver: "none", imageStore: .graphDriver,
            platform: ImagePlatform(architecture: "amd64"), memory: 1 << 30, processors: 1)
    }

    func layers() async throws -> PresentLayers { .none }

    func load(_ archive: ImageArchive) async throws -> LoadedImage {
        let sink = Sink()
        try await archive.write(sink)
        let image = try Self.read(sink.bytes, names: archive.names)
        state.withLock { state in
            Self.forget(archive.names, in: &state)
            let known = state.images[image.id]?.names ?? []
            state.images[image.id] = LoadedImage(
                id: image.id, names: Set(known + archive.names).sorted(), diffIDs: image.diffIDs,
                platform: image.platform)
        }
        return image
    }

    func inspect(_ image: String) async throws -> LoadedImage? {
        state.withLock { state in state.images.values.first { $0.names.contains(image) } }
    }

    func run(_ request: RunRequest) async throws -> RunOutcome {
        guard try await inspect(request.image) != nil else { throw BerthError(.failed, "no image \(request.image)") }
        return state.withLock { state in
            state.runs += 1
            let isBroken = state.failing.contains(request.command.last ?? "")
            return RunOutcome(code: isBroken ? 3 : 0, output: "", errors: isBroken ? "it is broken\n" : "")
        }
    }

    func remove(_ image: String) async throws -> Bool {
        let isThere = try await inspect(image) != nil
        state.withLock { Self.forget([image], in: &$0) }
        return isThere
    }

    func contents() async throws -> EngineContents {
        state.withLock { state in
            EngineContents(
                images: state.images.values.map { .init(id: $0.id, names: $0.names, size: 1) }.sorted { $0.id < $1.id },
                containers: state.containers)
        }
    }

    func release(_ names: [String]) async throws -> Bool {
        state.withLock { state in
            let ids = state.images.values.filter { !Set($0.names).isDisjoint(with: names) }.map(\.id)
            guard !state.containers.contains(where: { ids.contains($0.image) }) else { return false }
            Self.forget(names, in: &state)
            return true
        }
    }

    func build(_ request: BuildRequest, receive: @Sendable @escaping ([UInt8]) async throws -> Void) async throws {
        guard let built = state.withLock({ $0.built }) else { throw BerthError(.failed, "nothing to build") }
        try await receive(built)
    }

    private static func forget(_ names: [String], in state: inout State) {
        for (id, image) in state.images {
            let left = image.names.filter { !names.contains($0) }
            let changed = LoadedImage(id: id, names: left, diffIDs: image.diffIDs, platform: image.platform)
            state.images[id] = left.isEmpty ? nil : changed
        }
    }

    private final class Sink: ArchiveSink {
        private let taken = Mutex<[UInt8]>([])
        var bytes: [UInt8] { taken.withLock { $0 } }
        func write(_ bytes: [UInt8]) async throws { taken.withLock { $0 += bytes } }
    }
}

/// Reading an image archive as Docker does: `manifest.json`, and the config that it names.
extension EngineDouble {
    private struct Manifest: Decodable {
        let config: String
        enum CodingKeys: String, CodingKey { case config = "Config" }
    }

    private struct Config: Decodable {
        struct RootFS: Decodable {
            let diffIDs: [String]
            enum CodingKeys: String, CodingKey { case diffIDs = "diff_ids" }
        }
        let rootfs: RootFS
        let architecture: String
    }

    private static func read(_ archive: [UInt8], names: [String]) throws -> LoadedImage {
        let files = files(archive)
        let manifests = try JSONDecoder().decode([Manifest].self, from: files["manifest.json"] ?? Data())
        guard let bytes = manifests.first.flatMap({ files[$0.config] }),
            let id = EngineDigest("\(Digest.of(Array(bytes)))")
        else { throw BerthError(.failed, "the archive holds no image") }
        let config = try JSONDecoder().decode(Config.self, from: bytes)
        return LoadedImage(
            id: id, names: names, diffIDs: config.rootfs.diffIDs.compactMap { EngineDigest($0) },
            platform: ImagePlatform(architecture: config.architecture))
    }

    /// The small files of a tar archive by name (POSIX.1-2017, pax, ustar interchange format).
    private static func files(_ archive: [UInt8]) -> [String: Data] {
        var files: [String: Data] = [:]
        var offset = 0
        func text(_ range: Range<Int>) -> String {
            String(decoding: archive[range].prefix { $0 != 0 && $0 != 0x20 }, as: UTF8.self)
        }
        while offset + 512 <= archive.count, archive[offset] != 0 {
            let size = Int(text((offset + 124)..<(offset + 136)), radix: 8) ?? 0
            let start = offset + 512
            if size < 1 << 20 { files[text(offset..<(offset + 100))] = Data(archive[start..<(start + size)]) }
            offset = start + (size + 511) / 512 * 512
        }
        return files
    }
}
