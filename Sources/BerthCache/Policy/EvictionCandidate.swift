package import BerthArchive
package import BerthStore

/// One entry as eviction sees it.
package struct EvictionCandidate: Sendable {
    /// A part of an entry in the store.
    package struct Blob: Sendable, Hashable {
        package let digest: Digest
        package let size: Int64
    }

    package let id: Digest
    /// Nil for a record that can't be read.
    package let entry: CacheEntry?
    /// Packs and manifest, as far as they are there.
    package let blobs: [Blob]
    /// Whether all that it needs is there.
    package let isWhole: Bool
    package let use: EntryUse?
    /// Why it stays whatever happens: pinned, or in use; nil for one that may go.
    package let hold: String?
    /// When its scope was closed, where that was after it was saved.
    package let closed: Int64?

    package init(
        id: Digest, entry: CacheEntry?, blobs: [Blob], isWhole: Bool, use: EntryUse?, hold: String?, closed: Int64?
    ) {
        (self.id, self.entry, self.blobs, self.isWhole) = (id, entry, blobs, isWhole)
        (self.use, self.hold, self.closed) = (use, hold, closed)
    }

    package var repository: String { entry?.scope.repository ?? "" }

    /// Whether it is of a pull request, whose author may be a stranger.
    var isOfPull: Bool { entry.map { ReferenceKind($0.scope.reference) == .pull } ?? false }

    /// When it came; a record that can't be read is older than all.
    package var created: Int64 { entry?.created ?? 0 }

    /// When it was last of use: at its last hit, else when it came.
    package var lastUse: Int64 { max(created, use?.last ?? 0) }

    /// Bytes in the store, with what it shares.
    package var size: Int64 { blobs.reduce(0) { $0 + $1.size } }

    /// Entries of one family in one scope are states of one thing: the newest counts.
    var family: String? {
        entry.map { entry in
            [entry.scope.repository, entry.scope.reference, entry.version, KeyFamily.of(entry.key.text)]
                .map { "\($0.utf8.count):\($0)" }.joined()
        }
    }
}
