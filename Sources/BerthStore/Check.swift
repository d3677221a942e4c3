internal import BerthArchive
package import BerthReport
internal import BerthSystem
internal import SystemPackage

extension Store {
    /// Checks names, sizes, records and the databases, and as much of the content as asked; changes nothing.
    ///
    /// Others may add and collect meanwhile. Throws only when the store as a whole cannot be read.
    package func check(
        readData: ReadData = .none, progress: any ProgressSink = NoProgress()
    ) async throws -> CheckReport {
        let store = self
        var check = try await offload {
            var check = Check(store: store)
            try check.lookAtBlobs()
            check.lookAtRecords()
            check.lookAtNames()
            try check.lookAround()
            return check
        }
        let chosen = check.choose(readData)
        let damaged = try await ContentCheck(store: store, progress: progress).run(chosen)
        check.report.blobsRead = chosen.count
        check.report.bytesRead = chosen.reduce(ByteCount(0)) { $0 + $1.size }
        check.report.problems += damaged
        return check.report
    }
}

/// One check under way: what it saw so far.
private struct Check: Sendable {
    let store: Store
    var report = CheckReport()
    private var blobs: [BlobFolder.Blob] = []

    init(store: Store) { self.store = store }

    func choose(_ readData: ReadData) -> [BlobFolder.Blob] {
        switch readData {
        case .none: []
        case .sample(let percent): blobs.filter { $0.isFile && Int.random(in: 0..<100) < percent }
        case .all: blobs.filter(\.isFile)
        }
    }

    /// Kinds and sizes; the index remembers what size a blob had when it was whole.
    mutating func lookAtBlobs() throws {
        blobs = try BlobFolder(store: store).list()
        report.blobs = blobs.count
        report.bytes = blobs.reduce(ByteCount(0)) { $0 + $1.size }
        for blob in blobs where !blob.isFile {
            add(.unreadableBlob, "\(blob.digest)", "is no regular file")
        }
        let rows: [BlobIndex.Row]?
        do {
            rows = try BlobIndex(store: store).rows()
            if rows != nil, let fault = try BlobIndex(store: store).integrity() {
                add(.damagedDatabase, "index.sqlite", fault)
            }
        } catch {
            guard let damage = DatabaseSettings.damage(error) else {
                return report.notes.append("the index could not be looked at now: \(error)")
            }
            return add(.damagedDatabase, "index.sqlite", damage)
        }
        guard let rows else { return report.notes.append("there is no index yet; the next repair makes one") }
        compare(rows)
    }

    private mutating func compare(_ rows: [BlobIndex.Row]) {
        let known = Dictionary(rows.map { ($0.digest, $0.size) }) { first, _ in first }
        for blob in blobs where blob.isFile {
            guard let size = known[blob.digest.hex], size != blob.size.value else { continue }
            add(.damagedBlob, "\(blob.digest)", "has \(blob.size.value) bytes and had \(size) when it came in")
        }
        let missing = blobs.count { known[$0.digest.hex] == nil }
        if missing > 0 { report.notes.append("\(missing) blobs are not in the index yet") }
        let gone = rows.count - (blobs.count - missing)
        if gone > 0 { report.notes.append("\(gone) rows of the index name blobs that are gone") }
    }

    /// Versions, cache entries, locks and leases.
    mutating func lookAtRecords() {
        let store = store
        _ = record("") { try StoreFormat(root: store.root).requireRecords() }
        for id in record("versions", { try store.roots.ids() }) ?? [] {
            guard let root = record(store.roots.path(of: id).string, { try store.roots.read(id) }) else { continue }
            for digest in root.blobs where !store.contains(digest) {
                add(.missingBlob, "\(digest)", "version record \(id.short) needs it; build that image again")
            }
        }
        for id in record("entries", { try store.entries.ids() }) ?? [] {
            let place = store.entries.path(of: id).string
            guard let blobs = record(place, { try store.entries.read(id)?.blobs() }) ?? nil else { continue }
            for digest in blobs where !store.contains(digest) {
                add(.missingBlob, "\(digest)", "cache entry \(id.short) needs it; the next save stores it anew")
            }
        }
        for file in record("pins", { try store.pins.files() }) ?? [] {
            guard let pin = record(file.string, { try store.pins.read(file) }) else { continue }
            let missing = pin.blobs.count { !store.contains($0) }
            if missing > 0 { report.notes.append("\(missing) files of \(pin.path) are not here; a build fetches them") }
        }
        _ = record("leases") { try store.leases.list() }
    }

    private mutating func record<Value>(_ subject: String, _ read: () throws -> Value) -> Value? {
        do { return try read() } catch let error as BerthError {
            add(.damagedRecord, error.place ?? subject, error.what)
        } catch { add(.damagedRecord, subject, "\(error)") }
        return nil
    }

    /// The names in `index.json`, and all that the images behind them consist of.
    mutating func lookAtNames() {
        let descriptors: [Descriptor]
        do { descriptors = try store.refs.descriptors() } catch {
            return add(.damagedNames, "index.json", "the list of image names is damaged or lost")
        }
        for descriptor in descriptors {
            let name = descriptor.annotations?[Ref.nameKey] ?? descriptor.digest
            var found: [CheckReport.Problem] = []
            do {
                try ImageGraph(store: store).walk(descriptor) { part, digest, isThere in
                    found += fault(of: part, digest, isThere, in: name, isTop: part.digest == descriptor.digest)
                }
            } catch let error as BerthError {
                add(.damagedBlob, error.place ?? name, "image \(name): \(error.what)")
            } catch { add(.damagedBlob, name, "\(error)") }
            report.problems += found
        }
    }

    private func fault(
        of part: Descriptor, _ digest: Digest, _ isThere: Bool, in name: String, isTop: Bool
    ) -> [CheckReport.Problem] {
        if !isThere {
            let text = isTop ? "its manifest \(digest) is not here" : "image \(name) needs it; build that image again"
            return [.init(kind: isTop ? .danglingRef : .missingBlob, subject: isTop ? name : "\(digest)", text: text)]
        }
        guard !store.contains(digest, size: ByteCount(part.size)) else { return [] }
        return [
            .init(
                kind: .damagedBlob, subject: "\(digest)",
                text: "image \(name) says it has \(part.size) bytes; it has not")
        ]
    }

    /// What lies about: remains, and files of others.
    mutating func lookAround() throws {
        let unknown = try Files.list(store.root).filter {
            !StoreFormat.known.contains($0) && !$0.hasPrefix(".") && !$0.hasPrefix("history-damaged-")
        }
        let others = try BlobFolder(store: store).others() + unknown
        if !others.isEmpty { report.notes.append("files that are not the store's: \(others.map(\.escaped))") }
        for (folder, what) in [("ingest", "unfinished files"), ("trash", "files in the trash")] {
            let count = try Files.list(store.root.appending(folder)).count
            if count > 0 { report.notes.append("\(count) \(what); the next collection sees to them") }
        }
        if let fault = HistoryDatabase(store: store).fault() { add(.damagedDatabase, "history.sqlite", fault) }
    }

    private mutating func add(_ kind: CheckReport.Problem.Kind, _ subject: String, _ text: String) {
        report.problems.append(.init(kind: kind, subject: subject, text: text))
    }
}
