internal import BerthSystem
internal import SystemPackage

/// The nights of a store: one at a time, and what each came to, in `nights/`.
package struct Nights: Sendable {
    /// Reports kept: more than a year of them.
    private static let kept = 400
    let store: Store

    private var folder: FilePath { store.root.appending("nights") }

    /// Begins the one night that may run; throws `.locked`, naming the holder, where another one runs.
    ///
    /// It looks for two seconds: a program that a process is just starting holds that process's locks until it runs.
    package func begin() throws -> NightHold {
        let path = store.root.appending("night.lock")
        return NightHold(
            try FileLock.acquire(path, .exclusive, seconds: 2, purpose: "the nightly prebuild of this store"))
    }

    /// A name for the report of a night that began then; names sort by time.
    package func name(at seconds: Int64) -> String {
        let digits = String(max(0, seconds))
        return String(repeating: "0", count: max(0, 12 - digits.count)) + digits
            + "-\(UInt32.random(in: .min ... .max)).json"
    }

    /// Writes a report under its name, in place of an earlier state of it; the oldest go.
    package func write(_ report: [UInt8], name: String) throws {
        try Files.makeDirectory(folder)
        try Files.writeAtomically(report, to: folder.appending(name))
        try Files.commitDirectory(folder)
        for old in try names().dropFirst(Self.kept) { try Files.remove(folder.appending(old)) }
    }

    /// The newest reports, newest first; one that can't be read is passed over.
    package func reports(limit: Int = 60) throws -> [[UInt8]] {
        try names().prefix(limit).compactMap { try? Files.read(folder.appending($0), limit: 16 << 20) }
    }

    private func names() throws -> [String] {
        try Files.list(folder).filter { $0.hasSuffix(".json") && !$0.hasPrefix(".") }.reversed()
    }
}

/// The right to run the night of a store, for as long as this object or its process lives.
package final class NightHold: Sendable {
    private let lock: FileLock

    init(_ lock: consuming FileLock) { self.lock = lock }
}

extension Store {
    /// The nightly prebuilds.
    package var nights: Nights { Nights(store: self) }
}
