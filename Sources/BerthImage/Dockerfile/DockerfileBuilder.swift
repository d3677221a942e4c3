internal import BerthArchive
package import BerthEngine
internal import BerthPackages
package import BerthReport
package import BerthStore
internal import BerthSystem
package import Foundation
package import SystemPackage

/// Hands a recipe's Dockerfile to an engine's builder and keeps the result as a version in the store.
///
/// For whoever needs RUN: the engine builds, Berth stores, versions and compares. Nothing is locked, so the engine is
/// asked each time; a result that is the same as before makes no new version.
package struct DockerfileBuilder: Sendable {
    let store: Store
    let engine: any Engine
    let progress: any ProgressSink

    package init(store: Store, engine: any Engine, progress: any ProgressSink) {
        self.store = store
        self.engine = engine
        self.progress = progress
    }

    package func build(
        _ folder: FilePath, _ options: ImageService.BuildOptions = .init(), aliases: [String] = ["latest"],
        now: Date = Date()
    ) async throws -> ImageService.Built {
        let started = ContinuousClock.now
        let recipe = try RecipeReader.read(folder)
        guard case .dockerfile(let file) = recipe.builder else {
            throw BerthError(.usage, "the recipe \(recipe.name) is made of packages, not of a Dockerfile")
        }
        let session = try store.beginIngest(purpose: "build \(recipe.name)")
        defer { session.release() }
        var images: [PlatformImage] = []
        for platform in options.platforms ?? Array(recipe.platforms.prefix(1)) {
            images.append(try await build(folder.absolute, file, platform, session))
        }
        let index = try ImageWriter(session: session, recipe: recipe, epoch: 0).writeIndex(images, annotations: nil)
        try session.commit()
        let known = try VersionCatalog(store).all().last { $0.name == recipe.name && $0.index == index.digest }
        if let known { return .init(version: known, isNew: false, seconds: started.elapsed) }
        let draft = VersionDraft(
            recipe: recipe, images: images, index: index.digest, indexSize: index.size, lock: nil, epoch: 0,
            inputs: index.digest, compressor: options.compression.identity, files: [])
        let version = try draft.record(in: store, started: started, aliases: aliases, now: now)
        return .init(version: version, isNew: true, seconds: started.elapsed)
    }

    private func build(
        _ folder: FilePath, _ file: String, _ platform: Platform, _ session: IngestSession
    ) async throws -> PlatformImage {
        let step = "build \(file) for \(platform)"
        progress.report(.started(step: step, total: nil, unit: .bytes))
        let request = BuildRequest(
            folder: folder, file: file, platform: ImagePlatform(architecture: platform.architecture.ociName))
        let aside = store.root.appending("ingest")
            .appending("dockerfile-\(Machine.processIdentifier)-\(UInt32.random(in: .min ... .max))")
        try Files.makeDirectory(aside)
        defer { try? Files.removeTree(aside) }
        let archive = aside.appending("image.tar")
        try await receive(request, into: archive, ProgressCounter(step, progress))
        let image = try await offload {
            try DockerArchiveImporter(session: session, folder: aside).importImage(archive, platform)
        }
        progress.report(.ended(step: step, note: "\(image.layers.count) layers, \(image.size)"))
        return image
    }

    private func receive(_ request: BuildRequest, into archive: FilePath, _ counter: ProgressCounter) async throws {
        let descriptor = try Files.open(
            archive, .writeOnly, options: [.create, .truncate], permissions: .init(rawValue: 0o600))
        defer { try? descriptor.close() }
        try await engine.build(request) { bytes in
            try await offload { try Files.writeAll(bytes, to: descriptor, archive) }
            counter.add(Int64(bytes.count))
        }
    }
}
