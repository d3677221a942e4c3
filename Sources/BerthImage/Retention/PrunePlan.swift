internal import BerthArchive
internal import BerthEngine
internal import BerthStore
internal import BerthSystem

/// What is to go and what stays: the same for a dry run and the real one.
struct PrunePlan {
    /// One version with all records of it.
    struct Item {
        let version: Version
        let roots: [Digest]
        var isRemoved: Bool
        var reasons: [String]

        mutating func keep(_ reason: String) {
            isRemoved = false
            reasons = [reason]
        }
    }

    /// An image in the engine that some version was loaded as.
    struct Loaded {
        let image: EngineContents.Image
        let version: String
        var isRemoved: Bool
        var reason: String
    }

    /// Oldest first.
    var versions: [Item] = []
    var images: [Loaded] = []
    var notes: [String] = []

    var removed: [Item] { versions.filter(\.isRemoved) }

    /// Lets an engine's image stay, and the versions behind it.
    mutating func keep(image index: Int, _ reason: String) {
        images[index].isRemoved = false
        images[index].reason = reason
        let id = images[index].image.id
        for position in versions.indices where (try? versions[position].version.engineIdentities.contains(id)) == true {
            versions[position].keep(reason)
        }
    }

    /// Reads the store, asks the engine, and lets the planner decide.
    static func make(
        _ store: Store, _ engine: (any Engine)?, _ policy: RetentionPolicy, name: String?, now: Int64
    ) async throws -> PrunePlan {
        let catalog = VersionCatalog(store)
        let records = try catalog.records()
        if let name, !records.contains(where: { $0.version.name == name }) { _ = try catalog.resolve(name) }
        let all = records.map(\.version)
        let chosen = all.filter { name == nil || $0.name == name }
        let contents = try await engine?.contents()
        let candidates = try candidates(chosen, among: all, catalog, contents)
        var plan = PrunePlan()
        for (version, verdict) in zip(chosen, RetentionPlanner.plan(candidates, policy, now: now)) {
            let roots = records.first { $0.version.reference == version.reference }?.roots ?? []
            plan.versions.append(
                Item(version: version, roots: roots, isRemoved: !verdict.isKept, reasons: verdict.reasons))
        }
        if let contents {
            try plan.addImages(contents, among: all)
        } else {
            plan.notes.append("no engine was asked which versions its containers use")
        }
        return plan
    }

    private static func candidates(
        _ versions: [Version], among all: [Version], _ catalog: VersionCatalog, _ contents: EngineContents?
    ) throws -> [RetentionCandidate] {
        let tags = try catalog.tags()
        let names = Set(versions.map(\.name))
        let before = Dictionary(
            uniqueKeysWithValues: try names.map { ($0, try catalog.previous(of: $0, among: all)?.index) })
        return try versions.map { version in
            let ids = try version.engineIdentities
            var candidate = RetentionCandidate(
                name: version.name, tag: version.tag, index: version.index, built: version.built)
            candidate.aliases = (tags[version.index] ?? []).filter { $0 != version.reference }
            candidate.isBeforeLatest = before[version.name] == .some(version.index)
            candidate.containers = (contents?.containers ?? []).filter { ids.contains($0.image) }.map(\.name)
            return candidate
        }
    }

    /// Images that Berth loaded, known by their ids: they go with the last version that they are.
    private mutating func addImages(_ contents: EngineContents, among all: [Version]) throws {
        for image in contents.images {
            let here = try versions.filter { try $0.version.engineIdentities.contains(image.id) }
            guard let newest = here.last else { continue }
            let chosen = Set(versions.map(\.version.reference))
            let others = try all.filter {
                try !chosen.contains($0.reference) && $0.engineIdentities.contains(image.id)
            }
            let foreign = image.names.first { !EngineName.isOurs($0) }
            let keeper = here.first { !$0.isRemoved }?.version.reference ?? others.first?.reference
            let reason =
                keeper.map { $0 == newest.version.reference ? "its version stays" : "\($0) stays" } ?? foreign.map {
                    "it has the name \($0), which Berth did not give"
                }
                ?? "its version goes"
            images.append(
                Loaded(
                    image: image, version: newest.version.reference, isRemoved: keeper == nil && foreign == nil,
                    reason: reason))
        }
    }
}

extension VersionCatalog {
    /// Every version once, oldest first, with all records of it: the same image may have been recorded again.
    func records() throws -> [(version: Version, roots: [Digest])] {
        var roots: [String: [Digest]] = [:]
        for root in try store.roots.list() {
            guard let version = Self.version(root) else { continue }
            roots[version.reference, default: []].append(root.id)
        }
        var newest: [String: Version] = [:]
        let all = try all()
        for version in all { newest[version.reference] = version }
        var seen: Set<String> = []
        return all.reversed().filter { seen.insert($0.reference).inserted }.reversed().map {
            (newest[$0.reference] ?? $0, roots[$0.reference] ?? [])
        }
    }
}
