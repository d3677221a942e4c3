internal import BerthArchive
internal import BerthStore

/// What the name `latest` remembers beside the version it leads to: those that were latest before, newest first, and
/// what was rolled back.
///
/// Kept as annotations of the name in the layout's index, so that all of it changes at once.
struct LatestMemory: Equatable {
    private static let beforeKey = "berth.before"
    private static let rolledBackKey = "berth.rolled-back"
    /// Nobody goes back further.
    private static let limit = 10

    /// Indexes of versions that were latest, newest first.
    var before: [Digest] = []
    /// Substances of locks whose versions a person has rolled back.
    var rolledBack: [Digest] = []

    init() {}

    init(_ ref: Ref?) {
        before = Self.digests(ref?.annotations[Self.beforeKey])
        rolledBack = Self.digests(ref?.annotations[Self.rolledBackKey])
    }

    /// The annotations that hold it; none where there is nothing to remember.
    var annotations: [String: String] {
        let pairs = [(Self.beforeKey, before), (Self.rolledBackKey, rolledBack)].filter { !$0.1.isEmpty }
        return Dictionary(pairs.map { ($0.0, Self.text($0.1)) }) { first, _ in first }
    }

    /// The memory once `next` takes the place of `old`.
    func promoting(_ next: Digest, over old: Digest?) -> LatestMemory {
        guard let old, old != next else { return self }
        var memory = self
        memory.before = [old] + before.filter { $0 != old && $0 != next }
        return memory
    }

    /// The memory once a person has gone back to `target`, away from what `substance` made.
    func rollingBack(to target: Digest, from substance: Digest?) -> LatestMemory {
        var memory = self
        memory.before = before.firstIndex(of: target).map { Array(before[($0 + 1)...]) } ?? before
        if let substance { memory.rolledBack = [substance] + rolledBack.filter { $0 != substance } }
        return memory
    }

    private static func text(_ digests: [Digest]) -> String {
        digests.prefix(limit).map { "\($0)" }.joined(separator: ",")
    }

    private static func digests(_ text: String?) -> [Digest] {
        (text ?? "").split(separator: ",").compactMap { try? Digest(String($0)) }
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
                return ref.remembering(LatestMemory(latest).promoting(version.index, over: latest?.digest))
            })
    }

    /// The version that `latest` leads to, if any, and what else that name remembers.
    func latest(of name: String, among versions: [Version]) throws -> (version: Version?, memory: LatestMemory) {
        let ref = try store.refs.find("\(name):latest")
        let version = versions.last { $0.name == name && $0.index == ref?.digest }
        return (version, LatestMemory(ref))
    }

    /// The version that `latest` led to before, for going back: the newest remembered one that is still there.
    ///
    /// A store of an older Berth remembers none: then it is the one that was built before.
    func previous(of name: String, among versions: [Version]) throws -> Version? {
        let (latest, memory) = try latest(of: name, among: versions)
        let own = versions.filter { $0.name == name }
        for digest in memory.before { if let found = own.last(where: { $0.index == digest }) { return found } }
        guard memory == LatestMemory(), let latest else { return nil }
        return own.last { $0.index != latest.index && $0.built <= latest.built }
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
