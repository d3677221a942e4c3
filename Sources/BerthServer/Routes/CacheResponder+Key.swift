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
            needs.lockfiles.map { ("lockfile", $0) } + needs.variables.map { ("variable", $0) }
        }
    }

    /// The key of the lockfiles in a tar stream.
    func key(_ request: Request) async throws -> Response {
        guard let keys = service.keys else { throw ServeFault.noKeys }
        let fields = try Self.query(request)
        let body = try await Self.collect(request, limit: Int(clamping: settings.lockfileSize.value))
        let asked = AskedKey(
            profile: try fields.required("profile"), mode: try fields.one("mode"), facts: Self.pairs(fields, "fact"),
            root: try fields.required("root"), home: try fields.required("home"),
            isRoot: try fields.one("user") == "0", variables: Self.pairs(fields, "variable"),
            files: try Self.files(body))
        let made = try await offload { try keys.key(asked) }
        return try Answers.answer(made, request) {
            [("key", made.key.text), ("version", made.version)] + made.restoreKeys.map { ("restore-key", $0.text) }
                + made.paths.map { ("path", $0) }
        }
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
    private static func files(_ bytes: [UInt8]) throws -> [SentFile] {
        var reader = TarStreamReader()
        var (files, name, content): ([SentFile], String?, [UInt8]) = ([], nil, [])
        func end() {
            if let name { files.append(SentFile(name: name, bytes: content)) }
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
