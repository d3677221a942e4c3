package import BerthArchive
package import BerthReport
internal import BerthSystem
internal import SystemPackage

extension Store {
    /// Mends what can be mended from the store itself, and reports what only a source can give again.
    ///
    /// Damaged blobs and records go to the trash, dangling names go, a lost `index.json` comes back from the versions,
    /// the index is made again. Throws `.locked` when another process collects or repairs for longer than 10 seconds.
    package func repair(
        readData: ReadData = .all, progress: any ProgressSink = NoProgress()
    ) async throws -> RepairReport {
        let store = self
        let lock = try await offload { try store.exclusive("repairing the store", seconds: 10) }
        defer { withExtendedLifetime(lock) {} }
        let before = try await check(readData: readData, progress: progress)
        var report = RepairReport()
        report.actions = try await offload { try Repair(store: store).run(before.problems) }
        report.after = try await check()
        return report
    }
}

extension Store {
    /// Moves a blob whose bytes are not what its name promises out of the way, so that it can come in again.
    package func quarantine(_ digest: Digest) throws { _ = try quarantine(path(of: digest)) }

    /// Moves a file below the store to the trash under a name from which nothing takes it back; nil where there is none.
    fileprivate func quarantine(_ path: FilePath) throws -> String? {
        guard path.starts(with: root), Files.exists(path), let name = path.lastComponent?.string else { return nil }
        try Files.rename(path, to: root.appending("trash").appending("\(name).damaged-\(Machine.now)"))
        return name
    }
}

/// The mending itself, in an order in which each step may rely on those before it.
private struct Repair {
    let store: Store

    func run(_ problems: [CheckReport.Problem]) throws -> [String] {
        var actions: [String] = []
        for problem in problems {
            switch problem.kind {
            case .damagedBlob, .unreadableBlob: actions += try quarantineBlob(problem.subject)
            case .damagedRecord: actions += try quarantine(FilePath(problem.subject), "record")
            default: break
            }
        }
        actions += try StoreFormat(root: store.root).restoreFolders().map { "made the folder \($0) again, empty" }
        if problems.contains(where: { $0.kind == .damagedNames }) { actions += try restoreNames() }
        actions += try dropDangling()
        let history = HistoryDatabase(store: store)
        if history.fault() != nil { actions += try HistorySalvage(history: history).run() }
        try BlobIndex(store: store).rebuild()
        return actions + ["made the index again from the files"]
    }

    private func quarantineBlob(_ subject: String) throws -> [String] {
        let name = subject.hasPrefix("sha256:") ? try Digest(subject) : try Digest(hex: last(of: subject))
        return try quarantine(store.path(of: name), "blob")
    }

    private func last(of path: String) -> String { FilePath(path).lastComponent?.string ?? "" }

    private func quarantine(_ path: FilePath, _ what: String) throws -> [String] {
        guard let name = try store.quarantine(path) else { return [] }
        return ["moved the damaged \(what) \(name) to the trash"]
    }

    /// The newest version that had a name has it again.
    private func restoreNames() throws -> [String] {
        try store.refs.reset()
        let roots = try store.roots.ids().compactMap { id -> (modified: Int64, root: Root)? in
            guard let facts = try Files.facts(store.roots.path(of: id)) else { return nil }
            return (facts.modified, try store.roots.read(id))
        }
        var names: [String: Ref] = [:]
        for (_, root) in roots.sorted(by: { $0.modified < $1.modified }) {
            for ref in root.refs where store.contains(ref.digest, size: ref.size) { names[ref.name] = ref }
        }
        try store.refs.set(Array(names.values))
        return ["made index.json again with \(names.count) names from \(roots.count) versions"]
    }

    private func dropDangling() throws -> [String] {
        var dropped: [String] = []
        try store.refs.change { descriptors in
            descriptors.removeAll { descriptor in
                guard let digest = try? Digest(descriptor.digest), !store.contains(digest) else { return false }
                dropped.append(
                    "dropped the name \(descriptor.annotations?[Ref.nameKey] ?? "of an image"): \(digest) is gone")
                return true
            }
        }
        return dropped
    }
}
