internal import BerthArchive
internal import BerthSystem
internal import Foundation
internal import SystemPackage

/// Turns a .deb into a fragment: the files where a merged-/usr system has them, and dpkg's records of the package.
struct DebianFragment {
    let package: LockedPackage
    let rules: FragmentRules
    let clamp: Int64

    /// Writes the package's members; scripts are stored for dpkg and never run.
    func write(_ archive: DebArchive, into recorder: inout FragmentRecorder) throws {
        recorder.fragment.name = "\(package.name) \(package.version)"
        recorder.clamp = clamp
        let control = try controlFiles(archive)
        var listed: [String] = ["/."]
        var reader = try archive.openData()
        while let entry = try reader.next() {
            listed.append("/\(entry.member.path)")
            guard let member = placed(entry.member) else { continue }
            try recorder.begin(member)
            if member.size > 0 { try reader.readContents { try recorder.append($0) } }
        }
        try writeDatabase(control, listed, date: archive.date, into: &recorder)
    }

    /// A member where the image has it; nil for what the recipe removes and for folders that are links there.
    private func placed(_ member: TreeMember) -> TreeMember? {
        var member = member
        guard let path = MergedUsr.placed(member.path, isFolder: member.kind == .directory) else { return nil }
        member.path = path
        if case .hardlink(let target) = member.kind, let moved = MergedUsr.placed(target, isFolder: false) {
            member.kind = .hardlink(to: moved)
        }
        SecureShellAgent.adjust(&member)
        if member.kind == .directory && BaseLinks.replaces(path) { return nil }
        return rules.removals.contains { $0.drops(path) } ? nil : member
    }

    private func controlFiles(_ archive: DebArchive) throws -> [String: [UInt8]] {
        var files: [String: [UInt8]] = [:]
        var reader = try archive.openControl()
        while let entry = try reader.next() {
            guard case .file = entry.member.kind else { continue }
            files["\(entry.member.path)"] = try reader.readAll(limit: 16 << 20)
        }
        guard files["control"] != nil else {
            throw BerthError(.damaged, "the package has no control file", place: archive.path.string)
        }
        return files
    }

    /// Writes `/var/lib/dpkg/info/…` and notes what the status file needs.
    private func writeDatabase(
        _ control: [String: [UInt8]], _ listed: [String], date: Int64, into recorder: inout FragmentRecorder
    ) throws {
        recorder.endMember()
        var facts = DebianFacts()
        facts.control = String(decoding: control["control"] ?? [], as: UTF8.self)
        facts.configuration = configuration(control["conffiles"] ?? [], recorder.fragment.captured)
        facts.alternatives = AlternativeReader.read(String(decoding: control["postinst"] ?? [], as: UTF8.self))
        facts.triggers = String(decoding: control["triggers"] ?? [], as: UTF8.self)
        recorder.fragment.debian = facts
        let name = package.databaseName(control: facts.control)
        var files = control.filter { $0.key != "control" }
        files["list"] = Array((listed.joined(separator: "\n") + "\n").utf8)
        for (kind, bytes) in files.sorted(by: { $0.key < $1.key }) {
            let isScript = ["preinst", "postinst", "prerm", "postrm", "config"].contains(kind)
            let path = try ArchivePath(parsing: "var/lib/dpkg/info/\(name).\(kind)")
            try recorder.add(file: path, bytes, mode: isScript ? 0o755 : 0o644, modified: date)
        }
    }

    private func configuration(_ list: [UInt8], _ captured: [String: Data]) -> [DebianFacts.ConfigurationFile] {
        String(decoding: list, as: UTF8.self).split(separator: "\n").compactMap { line in
            let obsolete = "remove-on-upgrade "
            if line.hasPrefix(obsolete) {
                return .init(path: String(line.dropFirst(obsolete.count)), state: "newconffile remove-on-upgrade")
            }
            guard line.hasPrefix("/"), let bytes = captured[String(line.dropFirst())] else { return nil }
            return .init(path: String(line), state: LegacyHash.md5(Array(bytes)))
        }
    }
}
