internal import BerthArchive
internal import BerthReport
internal import BerthStore

/// What `berth store check` shows.
struct StoreCheckView: Report {
    private let report: CheckReport

    init(_ report: CheckReport) { self.report = report }

    func encode(to encoder: any Encoder) throws { try report.encode(to: encoder) }

    var identifiers: [String] { report.problems.map(\.subject) }

    var text: String {
        let read = report.blobsRead > 0 ? ", \(report.blobsRead) of them read and hashed" : ""
        let head = "\(report.blobs) blobs, \(report.bytes)\(read)"
        let problems = report.problems.map { "  x \($0.kind.rawValue)  \($0.subject): \($0.text)" }
        let notes = report.notes.map { "  note: \($0)" }
        let end = report.isClean ? "no damage found" : "\(report.problems.count) problems"
        return ([head] + problems + notes + [end]).joined(separator: "\n")
    }
}

/// What `berth store repair` shows.
struct StoreRepairView: Report {
    private let report: RepairReport

    init(_ report: RepairReport) { self.report = report }

    func encode(to encoder: any Encoder) throws { try report.encode(to: encoder) }

    var identifiers: [String] { report.actions }

    var text: String {
        let actions = report.actions.isEmpty ? ["nothing to repair"] : report.actions.map { "  \($0)" }
        return (actions + [StoreCheckView(report.after).text]).joined(separator: "\n")
    }
}

/// What `berth store gc` shows: blobs that go, each with its reason, and what is freed.
struct StoreCollectionView: Report {
    private let report: CollectionReport

    init(_ report: CollectionReport) { self.report = report }

    func encode(to encoder: any Encoder) throws { try report.encode(to: encoder) }

    var identifiers: [String] { report.removed.map { "\($0.digest)" } }

    var text: String {
        var table = Table([("blob", .left), ("size", .right), ("reason", .left)])
        for fate in report.removed { table.add([fate.digest.short, "\(fate.size)", fate.reason]) }
        let rows = report.removed.isEmpty ? [] : table.lines
        let verb = report.isDryRun ? "would free" : "freed"
        let derived = report.derivedFiles > 0 ? ", \(report.derivedFiles) derived files" : ""
        let end = "\(verb) \(report.freed): \(report.removed.count) blobs\(derived); \(report.kept) stay"
        return (rows + report.cleaned + report.notes.map { "note: \($0)" } + [end]).joined(separator: "\n")
    }
}

/// What `berth image history` shows.
struct BuildHistoryView: Report {
    private let builds: [BuildRecord]

    init(_ builds: [BuildRecord]) { self.builds = builds }

    func encode(to encoder: any Encoder) throws { try builds.encode(to: encoder) }

    var identifiers: [String] { builds.map { "\($0.digest)" } }

    var text: String {
        guard !builds.isEmpty else { return "no builds yet" }
        var table = Table([("built", .left), ("version", .left), ("digest", .left), ("time", .right), ("size", .right)])
        for build in builds {
            let tenths = Int64((build.seconds * 10).rounded())
            table.add([
                TimeText.of(build.at), build.version, build.digest.short, "\(tenths / 10).\(tenths % 10) s",
                "\(build.bytes)",
            ])
        }
        return table.lines.joined(separator: "\n")
    }
}
