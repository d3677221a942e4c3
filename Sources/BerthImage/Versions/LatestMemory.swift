internal import BerthArchive
internal import BerthStore

/// What the name `latest` remembers beside the version it leads to: those that were latest before, newest first, what
/// was rolled back, and the inputs with which the version became latest.
///
/// Kept as annotations of the name in the layout's index, so that all of it changes at once.
struct LatestMemory: Equatable {
    private static let beforeKey = "berth.before"
    private static let rolledBackKey = "berth.rolled-back"
    private static let inputsKey = "berth.inputs"
    /// Nobody goes back further.
    private static let limit = 10

    /// Indexes of versions that were latest, newest first; nil in a store of an older Berth, which noted none.
    var before: [Digest]?
    /// Substances of locks whose versions a person has rolled back.
    var rolledBack: [Digest] = []
    /// Inputs with which it was promoted, or chosen by a person; nil where nobody noted them.
    var inputs: Digest?

    init(_ ref: Ref?) {
        before = ref?.annotations[Self.beforeKey].map(Self.digests)
        rolledBack = Self.digests(ref?.annotations[Self.rolledBackKey] ?? "")
        inputs = Self.digests(ref?.annotations[Self.inputsKey] ?? "").first
    }

    /// The annotations that hold it; that there was nothing before is worth an empty one.
    var annotations: [String: String] {
        var pairs = [Self.beforeKey: before.map(Self.text)].compactMapValues(\.self)
        if !rolledBack.isEmpty { pairs[Self.rolledBackKey] = Self.text(rolledBack) }
        if let inputs { pairs[Self.inputsKey] = Self.text([inputs]) }
        return pairs
    }

    /// The memory once `next` takes the place of `old`, which may be the same image under other inputs.
    func promoting(_ next: Version, over old: Digest?) -> LatestMemory {
        var memory = self
        memory.inputs = next.inputs
        guard old != next.index else { return memory }
        memory.before = [old].compactMap(\.self) + (before ?? []).filter { $0 != old && $0 != next.index }
        return memory
    }

    /// The memory once a person has gone from what `left` made to what `chosen` made: back, or forward again.
    func moving(to target: Version, chosen: Digest, from old: Version, left: Digest) -> LatestMemory {
        var memory = self
        let known = before ?? []
        let place = known.firstIndex(of: target.index)
        memory.before = place.map { Array(known[($0 + 1)...]) } ?? [old.index] + known
        memory.rolledBack = [left] + rolledBack.filter { $0 != left && $0 != chosen }
        memory.inputs = target.inputs
        return memory
    }

    private static func text(_ digests: [Digest]) -> String {
        digests.prefix(limit).map { "\($0)" }.joined(separator: ",")
    }

    private static func digests(_ text: String) -> [Digest] {
        text.split(separator: ",").compactMap { try? Digest(String($0)) }
    }
}

extension VersionCatalog {
    /// Lets names lead to a version; `latest` remembers what it led to before.
    func point(_ tags: [String], to version: Version) throws {
        let latest = try store.refs.find("\(version.name):latest")
        try store.refs.set(
            tags.map { tag in
                let ref = Self.ref(version.name, tag, version.index, version.indexSize)
                guard tag == "latest" else { return ref }
                return ref.remembering(LatestMemory(latest).promoting(version, over: latest?.digest))
            })
    }

    /// The version that `latest` leads to, if any, and what else that name remembers.
    ///
    /// Where an older Berth noted nothing, what was built before is taken for what was latest before.
    func latest(of name: String, among versions: [Version]) throws -> (version: Version?, memory: LatestMemory) {
        let ref = try store.refs.find("\(name):latest")
        let own = versions.filter { $0.name == name }
        let version = own.last { $0.index == ref?.digest }
        var memory = LatestMemory(ref)
        if memory.before == nil, let version {
            let older = own.last { $0.index != version.index && $0.built <= version.built }
            memory.before = [older?.index].compactMap(\.self)
        }
        return (version, memory)
    }

    /// Whether `latest` leads to a version's image.
    func isLatest(_ version: Version) throws -> Bool {
        try store.refs.find("\(version.name):latest")?.digest == version.index
    }

    /// The version that `latest` led to before, for going back: the newest remembered one that is still there.
    func previous(of name: String, among versions: [Version]) throws -> Version? {
        let (_, memory) = try latest(of: name, among: versions)
        let own = versions.filter { $0.name == name }
        for digest in memory.before ?? [] {
            if let found = own.last(where: { $0.index == digest }) { return found }
        }
        return nil
    }
}

extension Ref {
    /// The ref with the annotations of a memory beside its own.
    func remembering(_ memory: LatestMemory) -> Ref {
        var ref = self
        ref.annotations.merge(memory.annotations) { $1 }
        return ref
    }
}
