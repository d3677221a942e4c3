internal import BerthArchive
internal import BerthCache
internal import BerthSystem
internal import Foundation
internal import Hummingbird

/// Keys from lockfiles that a job sends.
extension CacheResponder {
    /// What a profile needs of a job.
    func profile(_ name: String, _ request: Request) async throws -> Response {
        guard let keys = service.keys else { throw ServeFault.noKeys }
        let needs = try await offload { try keys.needs(of: name) }
        return try Answers.answer(needs, request) {
            needs.lockfiles.map { ("lockfile", $0) } + needs.settings.map { ("setting", $0) }
                + needs.variables.map { ("variable", $0) } + needs.facts.map { ("fact", $0) }
        }
    }

    /// The key of the lockfiles in a tar stream.
    func key(_ request: Request) async throws -> Response {
        guard let keys = service.keys else { throw ServeFault.noKeys }
        let fields = try Self.query(request)
        let body = try await Self.collect(request, limit: Int(clamping: settings.lockfileSize.value))
        let asked = try Self.asked(fields, try Self.files(body))
        switch try await offload({ try Self.answer(asked, keys) }) {
        case .made(let made):
            return try Answers.answer(made, request) {
                [("key", made.key.text), ("version", made.version)] + made.restoreKeys.map { ("restore-key", $0.text) }
                    + made.paths.map { ("path", $0) } + made.excludes.map { ("exclude", $0) }
            }
        case .send(let wanted):
            return try Answers.answer(wanted, request) { wanted.send.map { ("send", $0) } }
        }
    }

    /// Faults in a job's own files are told with their places, which other errors keep to themselves.
    private static func answer(_ asked: AskedKey, _ keys: ProfileKeys) throws -> KeyAnswer {
        _ = try keys.needs(of: asked.profile)
        do { return try keys.key(asked) } catch let error as BerthError where error.status == .usage {
            throw ServeFault.unusable(error)
        }
    }

    private static func asked(_ fields: FormFields, _ files: [PostedFile]) throws -> AskedKey {
        var asked = AskedKey(
            profile: try fields.required("profile"), root: try fields.required("root"),
            home: try fields.required("home"))
        (asked.mode, asked.isRoot) = (try fields.one("mode"), try fields.one("user") == "0")
        (asked.facts, asked.variables) = (pairs(fields, "fact"), pairs(fields, "variable"))
        (asked.lockfiles, asked.labels) = (fields.all("lockfile"), fields.all("path"))
        asked.choices = fields.all("group").map { "group \($0)" } + fields.all("extra").map { "extra \($0)" }
        (asked.files, asked.absent) = (files, Set(fields.all("absent")))
        return asked
    }

    /// Fields of the form `NAME=VALUE`.
    private static func pairs(_ fields: FormFields, _ name: String) -> [String: String] {
        let pairs = fields.all(name).compactMap { text -> (String, String)? in
            let sides = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return sides.count == 2 ? (String(sides[0]), String(sides[1])) : nil
        }
        return Dictionary(pairs) { first, _ in first }
    }

    /// The files of a small tar stream, by name; folders say nothing, links are refused.
    private static func files(_ bytes: [UInt8]) throws -> [PostedFile] {
        var reader = TarStreamReader()
        var (files, name, content): ([PostedFile], String?, [UInt8]) = ([], nil, [])
        func end() {
            if let name { files.append(PostedFile(name: name, bytes: content)) }
            (name, content) = (nil, [])
        }
        for event in try reader.feed(bytes) {
            switch event {
            case .content(let piece): content += piece
            case .member(let member):
                end()
                guard member.kind != .folder else { continue }
                guard case .file = member.kind, let path = try? ArchivePath.parse(member: member.name) else {
                    throw BerthError(
                        .usage, "a lockfile has no usable name, or is a link",
                        place: String(decoding: member.name.prefix(200), as: UTF8.self).escaped,
                        remedy: "send files by their path below the checkout")
                }
                name = "\(path)"
            }
        }
        end()
        _ = try reader.finish()
        return files
    }
}
