package import BerthArchive
package import BerthStore
internal import BerthSystem
internal import Foundation
package import SystemPackage

/// Fragments kept in the store: a run of compressed members and a record, both named by the fragment's key.
package struct FragmentStore: Sendable {
    private let store: Store
    /// False for a rebuild that must prove itself: nothing kept is used.
    private let reuses: Bool

    package init(_ store: Store, reuses: Bool = true) {
        self.store = store
        self.reuses = reuses
    }

    /// The fragment of that key, when both of its files are there and fit; nil means: make it.
    package func find(_ key: Digest) -> StoredFragment? {
        guard reuses, let record = store.fragments.use(key, suffix: "json"),
            let run = store.fragments.use(key, suffix: "run"),
            let bytes = try? Files.read(record), let size = try? Files.facts(run)?.size,
            let fragment = try? JSONDecoder().decode(Fragment.self, from: Data(bytes)),
            Int(size) == fragment.compressedSize
        else { return nil }
        return StoredFragment(key: key, fragment: fragment, run: run)
    }

    /// Forgets a fragment whose bytes are no longer what they were.
    func drop(_ key: Digest) throws {
        for suffix in ["json", "run"] { try Files.remove(store.fragments.path(for: key, suffix: suffix)) }
    }

    /// Makes a fragment: `fill` writes its members; the record is written last, so that a fragment is whole or absent.
    func make(
        _ key: Digest, compression: Compression, _ fill: (inout FragmentRecorder) throws -> Void
    ) throws -> StoredFragment {
        let aside = store.root.appending("ingest")
            .appending("fragment-\(key.short)-\(Machine.processIdentifier)-\(UInt32.random(in: .min ... .max))")
        do {
            var recorder = FragmentRecorder(try FragmentWriter(compression, aside: aside))
            try fill(&recorder)
            let fragment = try recorder.finish()
            let run = try store.fragments.adopt(aside, for: key, suffix: "run")
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            _ = try store.fragments.write(Array(try encoder.encode(fragment)), for: key, suffix: "json")
            return StoredFragment(key: key, fragment: fragment, run: run)
        } catch {
            _ = try? Files.remove(aside)
            throw error
        }
    }
}

/// A fragment and the file that holds its run.
package struct StoredFragment: Sendable {
    package let key: Digest
    package let fragment: Fragment
    package let run: FilePath
}
