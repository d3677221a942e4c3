package import BerthArchive
package import BerthRegistry
package import BerthReport
package import BerthStore
internal import BerthSystem

/// What `berth image push`, `pull` and `copy` do.
package struct RegistryService: Sendable {
    let store: Store
    let access: RegistryAccess
    private var progress: any ProgressSink { access.progress }

    package init(store: Store, access: RegistryAccess) {
        self.store = store
        self.access = access
    }

    /// How a version is pushed.
    package struct PushOptions: Sendable {
        /// Tags beside the reference's own.
        package var tags: [Tag] = []
        /// Nil: layers go as they are stored.
        package var compression: Compression?
        /// Repositories of the same registry that may hold the blobs already.
        package var mountFrom: [Repository] = []
        package init() {}
    }

    /// Pushes a version under the reference's tag, or under its own where the reference has none, and the further tags.
    package func push(
        _ version: Version, to target: Reference, _ options: PushOptions = PushOptions()
    ) async throws -> TransferReport {
        let start = ContinuousClock.now
        let tags = try tags(of: version, at: target, options)
        let session = try store.beginIngest(purpose: "push \(version.reference)")
        defer { session.release() }
        let own = version.attachments ?? []
        try await hold(version, own.flatMap { $0.blobs.map(\.digest) }, session)
        var top = version.index
        if let compression = options.compression {
            top = try await Recompressor(
                store: store, session: session, compression: compression, progress: progress
            ).index(of: version)
        }
        let attachments = attachments(of: version, at: top)
        if attachments.count < own.count {
            progress.report(
                .said(
                    "\(own.count - attachments.count) attachments stay here: they speak of another index than \(top), "
                        + "which is pushed"))
        }
        let summary = try await pusher(to: target, options).push(top, tags: tags, attachments: attachments)
        return TransferReport(
            .push, image: version.reference, registry: "\(target.repository)", summary, seconds: start.elapsed)
    }

    /// The tags that a push sets, each once; throws where the target is a digest.
    func tags(of version: Version, at target: Reference, _ options: PushOptions) throws -> [Tag] {
        guard target.digest == nil else {
            throw BerthError(
                .usage, "an image can't be pushed under a digest", place: "\(target)",
                remedy: "leave @sha256:… out: the digest is what the image is")
        }
        return (try [target.tag ?? Tag(version.tag)] + options.tags).uniqued
    }

    func pusher(to target: Reference, _ options: PushOptions) throws -> ImagePusher {
        ImagePusher(
            store: store, client: try access.writer(of: target.repository, mounting: options.mountFrom),
            elsewhere: options.mountFrom)
    }

    /// The manifests that go along with the index that is pushed: of those that speak of another one, none.
    func attachments(of version: Version, at top: Digest) -> [Digest] {
        guard top == version.index else { return [] }
        return (version.attachments ?? []).filter { speaks($0, of: version) }.map(\.manifest)
    }

    /// Whether an attachment's subject is part of the version, or another attachment.
    private func speaks(_ attachment: Attachment, of version: Version) -> Bool {
        ([version.index] + version.platforms.map(\.manifest) + (version.attachments ?? []).map(\.manifest))
            .contains(attachment.subject)
    }

    /// A version that was pulled, and how.
    package struct Pulled: Sendable {
        package let version: Version
        package let isNew: Bool
        /// Manifests that refer to it and came along.
        package let attachments: [Digest]
        package let report: TransferReport
    }

    /// Pulls an image into a recorded version; `name` is what it is called here, else the repository's last part.
    package func pull(
        _ source: Reference, platforms: [Platform]? = nil, name: String? = nil
    ) async throws -> Pulled {
        try await store.makingRoom { try await pullOnce(source, platforms, name) }
    }

    private func pullOnce(_ source: Reference, _ platforms: [Platform]?, _ name: String?) async throws -> Pulled {
        let start = ContinuousClock.now
        let name = try localName(name ?? source.repository.imageName)
        let session = try store.beginIngest(purpose: "pull \(source)")
        defer { session.release() }
        let puller = ImagePuller(store: store, session: session, client: try access.reader(of: source.repository))
        let known = platforms ?? ["linux/arm64", "linux/amd64"].compactMap { Platform(parsing: $0) }
        let wanted = Set(known.map(\.description))
        let pulled = try await puller.pull(source.manifestName) { entry in
            guard let platform = entry.platform else { return true }
            return wanted.contains("\(platform.os)/\(platform.architecture)")
        }
        let maker = PulledVersion(store: store, session: session, progress: progress, name: name)
        let recorded = try await maker.record(pulled, tag: source.digest == nil ? source.tag ?? .latest : source.tag)
        var report = TransferReport(
            .pull, image: recorded.version.reference, registry: "\(source)", pulled.summary, seconds: start.elapsed)
        report.isNew = recorded.isNew
        report.index = "\(recorded.version.index)"
        return Pulled(
            version: recorded.version, isNew: recorded.isNew, attachments: pulled.summary.attachments, report: report)
    }

    /// Copies an image from one repository to another, with all that refers to it; the store is not touched.
    package func copy(from source: Reference, to target: Reference, tags: [Tag] = []) async throws -> TransferReport {
        let start = ContinuousClock.now
        let summary = try await copier(from: source, to: target)
            .copy(source.manifestName, tags: copiedTags(source, target, tags))
        return TransferReport(
            .copy, image: "\(source)", registry: "\(target.repository)", summary, seconds: start.elapsed)
    }

    func copier(from source: Reference, to target: Reference) throws -> ImageCopier {
        ImageCopier(
            from: try access.reader(of: source.repository),
            to: try access.writer(of: target.repository, mounting: [source.repository]))
    }

    /// The tags that a copy sets, each once.
    func copiedTags(_ source: Reference, _ target: Reference, _ more: [Tag]) -> [Tag] {
        let own = target.tag ?? source.tag ?? (source.digest == nil ? .latest : nil)
        return ([own].compactMap(\.self) + more).uniqued
    }

    /// Leases what is pushed, so that no collection takes it meanwhile.
    private func hold(_ version: Version, _ attachments: [Digest], _ session: IngestSession) async throws {
        let images = version.platforms
        let digests =
            [version.index] + images.flatMap { [$0.manifest, $0.config] + $0.layers.map(\.digest) } + attachments
        try await offload { for digest in digests { _ = try session.keep(digest, size: nil) } }
    }

    private func localName(_ name: String) throws -> String {
        guard Ref.isName("\(name):latest"), !name.contains(":") else {
            throw BerthError(
                .usage, "\"\(name.escaped)\" can't be an image's name here", remedy: "choose another with --as NAME")
        }
        return name
    }
}

extension Array where Element: Hashable {
    /// Each element once, where it stood first.
    var uniqued: [Element] {
        var seen: Set<Element> = []
        return filter { seen.insert($0).inserted }
    }
}

extension TransferReport {
    init(_ verb: Verb, image: String, registry: String, _ summary: TransferSummary, seconds: Double) {
        self.init(verb, image: image, registry: registry, digest: "\(summary.digest)", seconds: seconds)
        tags = summary.tags.map(\.text)
        moved = Blobs(summary.count(.uploaded), summary.bytes(.uploaded).value)
        mounted = Blobs(summary.count(.mounted), summary.bytes(.mounted).value)
        found = Blobs(summary.count(.found), summary.bytes(.found).value)
        attachments = summary.attachments.map(\.description)
    }
}
