internal import BerthArchive
internal import BerthSystem

/// Everything that some record or lease keeps, with the first reason found for each blob.
struct Marks {
    private(set) var reasons: [Digest: String] = [:]

    /// Reads leases before records: whoever ends a lease has written the record that follows it.
    static func gather(in store: Store, now: Int64, _ policy: CollectionPolicy = .init()) throws -> Marks {
        try StoreFormat(root: store.root).requireRecords()
        var marks = Marks()
        for lease in try store.leases.list(now: now) { marks.add(lease.blobs, "leased: \(lease.purpose)") }
        for root in try store.roots.list() where !policy.withoutRoots.contains(root.id) {
            marks.add(root.blobs, "image version record \(root.id.short)")
        }
        for entry in try store.entries.list() { marks.add(try entry.blobs(), "cache entry \(entry.id.short)") }
        for pin in try store.pins.list() { marks.add(pin.blobs, "lock \(pin.path)") }
        for descriptor in try store.refs.descriptors() {
            let name = descriptor.annotations?[Ref.nameKey] ?? "without a name"
            if policy.withoutNames.contains(name) { continue }
            try ImageGraph(store: store).walk(descriptor) { _, digest, _ in marks.add([digest], "image \(name)") }
        }
        return marks
    }

    func keeps(_ digest: Digest) -> Bool { reasons[digest] != nil }

    private mutating func add(_ digests: [Digest], _ reason: String) {
        for digest in digests where reasons[digest] == nil { reasons[digest] = reason }
    }
}
