internal import BerthArchive
package import BerthReport
package import BerthStore
internal import BerthSystem
internal import SystemPackage

/// Reads an entry whole: every part by its digest, the manifest, and whether each content of it is in a pack.
package struct EntryVerifier: Sendable {
    let store: Store

    package init(_ store: Store) { self.store = store }

    /// Checks entries one after the other; never throws for damage.
    package func verify(_ entries: [CacheEntry]) async throws -> CacheVerifyReport {
        var report = CacheVerifyReport()
        for entry in entries {
            report.entries.append(try await verify(entry))
        }
        return report
    }

    private func verify(_ entry: CacheEntry) async throws -> CacheVerifyReport.Entry {
        let session = try store.beginIngest(purpose: "verifying the cache \(entry.key.text.escaped)")
        defer { session.release() }
        let store = store
        let problems = try await inParallel(Array(Set(entry.blobs)).sorted(), limit: 4) { digest in
            try await offload { try Self.problem(digest, in: store, session) }
        }
        var found = problems.compactMap(\.self)
        if found.isEmpty { found += try await offload { Self.contents(of: entry, in: store) } }
        return .init(
            key: entry.key.text.escaped, scope: "\(entry.scope)".escaped, files: entry.files, size: entry.size.value,
            parts: Set(entry.blobs).count, problems: found)
    }

    private static func problem(_ digest: Digest, in store: Store, _ session: IngestSession) throws -> String? {
        guard try session.keep(digest, size: nil) else { return "\(digest) is not in the store" }
        do {
            let got = try store.hash(digest)
            return got == digest ? nil : "\(digest) is damaged: its bytes hash to \(got)"
        } catch { return "\(digest) can't be read: \(error)" }
    }

    /// Whether the packs hold what the manifest names.
    private static func contents(of entry: CacheEntry, in store: Store) -> [String] {
        do {
            let bytes = try store.read(entry.manifest, limit: ManifestCoding.limit)
            let manifest = try ManifestCoding.decode(ZstdFrames.expand(bytes, limit: ManifestCoding.limit))
            var there: Set<Digest> = []
            for pack in entry.packs {
                there.formUnion(try PackTable.read(pack.digest, in: store).contents.map(\.digest))
            }
            return manifest.chunks.filter { !there.contains($0.digest) }.prefix(5).map { "no pack holds \($0.digest)" }
        } catch { return ["its manifest or a pack can't be read: \((error as? BerthError)?.what ?? "\(error)")"] }
    }
}
