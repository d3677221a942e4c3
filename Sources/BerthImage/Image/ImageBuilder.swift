package import BerthArchive
internal import BerthPackages
package import BerthReport
package import BerthStore
internal import BerthSystem
internal import SystemPackage

/// Lock → fragments → layers → image, for one platform, from package files that are all in the store.
package struct ImageBuilder: Sendable {
    let store: Store
    let session: IngestSession
    let progress: any ProgressSink
    /// No file is newer, in seconds since 1970: the newest package's date unless SOURCE_DATE_EPOCH says otherwise.
    let epoch: Int64
    var compression = Compression.standard
    /// False: kept fragments and layers are made anew, to prove that they come out the same.
    package var reuses = true

    /// Packages or layers worked on at once.
    ///
    /// Each takes up to 20 MB, so a large machine must not set how much memory a build takes: its peak is promised.
    private static var parallel: Int { min(Machine.processors, 8) }

    package init(
        store: Store, session: IngestSession, progress: any ProgressSink, epoch: Int64,
        compression: Compression = .standard
    ) {
        self.store = store
        self.session = session
        self.progress = progress
        self.epoch = epoch
        self.compression = compression
    }

    /// Builds; a kept fragment found damaged is dropped and the build begun again, once for each.
    package func build(_ recipe: Recipe, _ part: LockedPlatform) async throws -> PlatformBuild {
        for _ in 0..<8 {
            do { return try await attempt(recipe, part) } catch let damage as DamagedFragment {
                progress.report(.said("the kept fragment of \(damage.name) is damaged: it is made again"))
                try FragmentStore(store).drop(damage.key)
            }
        }
        throw BerthError(
            .damaged, "kept fragments are found damaged again and again", place: store.root.string,
            remedy: "check the disk; berth store check --read-data says what else is damaged")
    }

    private func attempt(_ recipe: Recipe, _ part: LockedPlatform) async throws -> PlatformBuild {
        let made = try await fragments(recipe, part)
        let fragments = made.map { (layer: $0.0.layer, fragment: $0.1) }
        let packages = try PackageSet(fragments.map(\.fragment.fragment), platform: part.platform, recipe: recipe)
        var generated = GeneratedTree(date: epoch)
        for fixup in Fixups.all { try fixup.apply(packages, to: &generated) }
        if let layout = try part.environment(recipe) {
            try VirtualEnvironment(layout: layout).write(modified: epoch, into: &generated)
        }
        let base = fragments.first { $0.layer == LayerPlan.first }?.fragment.fragment.newest ?? epoch
        let plan = LayerPlan(fragments, generated: generated, links: BaseLinks.members(packages, date: base))
        let layers = try await assemble(plan, part.platform)
        let image = try ImageWriter(session: session, recipe: recipe, epoch: epoch).write(part, layers)
        let packed = made.map { ($0.0, $0.1.fragment) }
        let list = ComponentList(packed, suite: recipe.debian.suite)
        return PlatformBuild(image: image, components: list.all(packed))
    }

    /// All fragments in the lock's order; the biggest packages are begun first, as they take longest.
    private func fragments(
        _ recipe: Recipe, _ part: LockedPlatform
    ) async throws -> [(FragmentMaker.Job, StoredFragment)] {
        let maker = FragmentMaker(
            store: store, recipe: recipe, part: part, epoch: epoch, compression: compression, reuses: reuses)
        let jobs = maker.jobs.sorted { $0.size > $1.size }
        let step = "fragments \(part.platform)"
        progress.report(.started(step: step, total: jobs.reduce(ByteCount(0)) { $0 + $1.size }.value, unit: .bytes))
        let counter = ProgressCounter(step, progress)
        let made = try await inParallel(jobs, limit: Self.parallel) { job in
            let fragment = try await offload { try maker.make(job) }
            counter.add(job.size.value)
            return (job, fragment)
        }
        progress.report(.ended(step: step, note: "\(made.count) packages"))
        return made.sorted { $0.0.position < $1.0.position }
    }

    private func assemble(_ plan: LayerPlan, _ platform: Platform) async throws -> [Layer] {
        let step = "layers \(platform)"
        progress.report(.started(step: step, total: Int64(plan.layers.count), unit: .items))
        let counter = ProgressCounter(step, progress)
        let assembler = LayerAssembler(store: store, session: session, compression: compression, reuses: reuses)
        let layers = try await inParallel(plan.layers, limit: Self.parallel) { contents in
            let layer = try await offload { try assembler.assemble(contents) }
            counter.add(1)
            return layer
        }
        progress.report(.ended(step: step, note: "\(layers.reduce(ByteCount(0)) { $0 + $1.size })"))
        return layers
    }
}
