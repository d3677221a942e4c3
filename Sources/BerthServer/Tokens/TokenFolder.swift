internal import BerthArchive
package import BerthStore
internal import BerthSystem
internal import Foundation
internal import SystemPackage

/// The tokens of jobs, as files in the store that only its owner may read: one for each, named and known by its hash.
///
/// A file and no call to the service: tokens are there before it starts, outlive its restart, and whoever may write the
/// store is exactly who may let a job in.
package struct TokenFolder: Sendable {
    private let folder: FilePath

    package init(_ store: Store) { folder = store.root.appending("tokens") }

    /// A token that is known, without the token itself.
    package struct Known: Sendable, Codable, Equatable {
        /// The first digits of its hash: what it is revoked by.
        package let id: String
        package let grant: JobGrant
        /// Seconds since 1970.
        package let created: Int64
        package let expires: Int64
    }

    private struct Record: Codable {
        let hash: String
        let grant: JobGrant
        let created: Int64
        let expires: Int64
    }

    /// The longest time that a token may live.
    package static let longest: Int64 = 7 * 86_400

    /// Makes a token that lives for so many seconds; it is kept nowhere but in the answer.
    package func make(_ grant: JobGrant, lifetime: Int64, now: Int64 = Machine.now) throws -> (String, Known) {
        guard (1...Self.longest).contains(lifetime) else {
            throw BerthError(
                .usage, "a token lives for 1 second to 7 days", remedy: "choose a time that ends with the job")
        }
        var generator = SystemRandomNumberGenerator()
        let random = (0..<4).map { _ in String(generator.next() as UInt64, radix: 16) }
        let token = "berth-" + random.map { String(repeating: "0", count: 16 - $0.count) + $0 }.joined()
        let hash = Digest.of(token).hex
        let record = Record(hash: hash, grant: grant, created: now, expires: now + lifetime)
        try Files.makeDirectory(folder, mode: 0o700)
        removeExpired(now)
        try Files.writeAtomically(try CanonicalJSON.encode(record), to: path(hash), mode: 0o600)
        return (token, Self.known(record))
    }

    /// What a token lets its job do; nil for one that is unknown, expired or revoked.
    package func find(_ token: String, now: Int64 = Machine.now) -> JobGrant? {
        let hash = Digest.of(token).hex
        guard let record = read(hash), Self.isSame(record.hash, hash), now < record.expires else { return nil }
        return record.grant
    }

    /// Tokens that have not expired, the newest first.
    package func list(now: Int64 = Machine.now) throws -> [Known] {
        try hashes().compactMap { read($0) }.filter { now < $0.expires }.map(Self.known)
            .sorted { ($0.created, $0.id) > ($1.created, $1.id) }
    }

    /// Revokes the token of an id, or a token itself; false where there is none.
    @discardableResult
    package func revoke(_ name: String) throws -> Bool {
        let hash = Digest.of(name).hex
        let found = try hashes().filter { $0 == hash || (name.count >= 12 && $0.hasPrefix(name)) }
        for hash in found { try Files.remove(path(hash)) }
        return !found.isEmpty
    }

    private func hashes() throws -> [String] {
        try Files.list(folder).filter { $0.hasSuffix(".json") }.compactMap { try? Digest(hex: $0.dropLast(5)).hex }
    }

    private func read(_ hash: String) -> Record? {
        guard let bytes = try? Files.read(path(hash), limit: 1 << 16) else { return nil }
        return try? CanonicalJSON.decode(Record.self, bytes)
    }

    private func removeExpired(_ now: Int64) {
        for hash in (try? hashes()) ?? [] {
            // A clock that went back brings nobody in: what was expired stays so for a day, then goes.
            if let record = read(hash), record.expires + 86_400 < now { _ = try? Files.remove(path(hash)) }
        }
    }

    private func path(_ hash: String) -> FilePath { folder.appending("\(hash).json") }

    private static func known(_ record: Record) -> Known {
        Known(
            id: String(record.hash.prefix(12)), grant: record.grant, created: record.created, expires: record.expires)
    }

    /// Takes the same time wherever two texts of one length differ.
    private static func isSame(_ one: String, _ other: String) -> Bool {
        let (left, right) = (Array(one.utf8), Array(other.utf8))
        guard left.count == right.count else { return false }
        return zip(left, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
