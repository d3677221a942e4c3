package import BerthArchive
internal import BerthSystem

/// Installs a wheel into an environment of an image, by hand and without running Python (PEP 427, images.md §3.1).
package struct WheelInstaller: Sendable {
    package let layout: VenvLayout

    package init(layout: VenvLayout) { self.layout = layout }

    /// Writes the wheel's files, then its commands and records, always in the same order; no folders.
    ///
    /// `requested` marks a package that the recipe names itself; `modified` (seconds since 1970) becomes the date of
    /// all members. Every file is compared with RECORD on its way: when this throws (`.damaged`), drop what was written.
    package func install(
        _ wheel: WheelArchive, requested: Bool, modified: Int64, into sink: inout some MemberSink & ~Copyable
    ) throws {
        let plan: WheelPlan
        do { plan = try WheelPlan(wheel, layout) } catch {
            throw WheelArchive.refusal(wheel.name.text, wheel.path, error)
        }
        var record: [RecordLine] = []
        try wheel.readFiles { entry, read in
            guard let step = plan.steps[entry.path] else { return try read { _ in } }
            if step.isScript {
                record.append(try script(step, entry, wheel, modified, read, &sink))
            } else {
                try sink.begin(TreeMember(step.path, .file(size: entry.size), mode: step.mode, modified: modified))
                try read { try sink.append($0) }
                record.append(RecordLine(step.path, try Self.digest(entry, wheel), entry.size))
            }
        }
        for launcher in plan.launchers {
            let source = Launcher.source(launcher.script, interpreter: layout.interpreter)
            record.append(try add(launcher.path, source, mode: 0o755, modified, &sink))
        }
        try addRecords(wheel, requested, record, modified, &sink)
    }

    private static func digest(_ entry: ZipEntry, _ wheel: WheelArchive) throws -> Digest {
        guard let promise = wheel.record.promises[entry.path] ?? nil else {
            throw WheelFault("RECORD gives \(entry.path) no hash")
        }
        return promise.digest
    }

    /// A shipped script, whose first line may change: its size is known only when the line was seen.
    private func script(
        _ step: WheelPlan.Step, _ entry: ZipEntry, _ wheel: WheelArchive, _ modified: Int64,
        _ read: (_ body: (RawSpan) throws -> Void) throws -> Void, _ sink: inout some MemberSink & ~Copyable
    ) throws -> RecordLine {
        var start = ByteBuffer()
        var changed: (size: Int64, hasher: ScriptHasher)?
        var began = false
        func begin() throws {
            let rewriting = Launcher.rewrite(start.bytes, interpreter: layout.interpreter)
            let head = (rewriting?.replacement ?? []) + start.bytes.dropFirst(rewriting?.dropped ?? 0)
            let size = entry.size + Int64(head.count - start.bytes.count)
            try sink.begin(TreeMember(step.path, .file(size: size), mode: step.mode, modified: modified))
            if !head.isEmpty { try sink.append(head) }
            if rewriting != nil {
                changed = (size, ScriptHasher())
                changed?.hasher.append(head)
            }
            began = true
        }
        try read { piece in
            if began {
                try sink.append(piece)
                changed?.hasher.append(piece)
            } else {
                start.append(piece)
                if start.bytes.count >= 512 || start.bytes.contains(0x0A) { try begin() }
            }
        }
        if !began { try begin() }
        guard let changed else { return RecordLine(step.path, try Self.digest(entry, wheel), entry.size) }
        return RecordLine(step.path, changed.hasher.digest, changed.size)
    }

    private func add(
        _ path: ArchivePath, _ text: String, mode: UInt16 = 0o644, _ modified: Int64,
        _ sink: inout some MemberSink & ~Copyable
    ) throws -> RecordLine {
        let bytes = Array(text.utf8)
        try sink.add(file: path, bytes, mode: mode, modified: modified)
        return RecordLine(path, Digest.of(bytes), Int64(bytes.count))
    }

    private func addRecords(
        _ wheel: WheelArchive, _ requested: Bool, _ lines: [RecordLine], _ modified: Int64,
        _ sink: inout some MemberSink & ~Copyable
    ) throws {
        var lines = lines
        let folder = wheel.metadataFolder.below(layout.sitePackages)
        lines.append(try add(ArchivePath(parsing: "INSTALLER").below(folder), "berth\n", modified, &sink))
        if requested { lines.append(try add(ArchivePath(parsing: "REQUESTED").below(folder), "", modified, &sink)) }
        let list = try ArchivePath(parsing: "RECORD").below(folder)
        let texts =
            lines.map { ($0.path, WheelRecord.line(layout.recordPath($0.path), $0.digest, $0.size)) }
            + [(list, WheelRecord.line(layout.recordPath(list), nil, nil))]
        let sorted = texts.sorted { $0.0 < $1.0 }.map(\.1).joined()
        try sink.add(file: list, Array(sorted.utf8), modified: modified)
    }
}

/// A file as the installed RECORD will list it.
private struct RecordLine {
    let path: ArchivePath
    let digest: Digest
    let size: Int64

    init(_ path: ArchivePath, _ digest: Digest, _ size: Int64) {
        (self.path, self.digest, self.size) = (path, digest, size)
    }
}

/// The bytes of a changed script; scripts with a Python first line are short texts.
private struct ScriptHasher {
    private var buffer = ByteBuffer()
    mutating func append(_ bytes: [UInt8]) { buffer.bytes += bytes }
    mutating func append(_ piece: RawSpan) { buffer.append(piece) }
    var digest: Digest { Digest.of(buffer.bytes) }
}
