package import BerthArchive
internal import BerthDocument
internal import BerthSystem

/// What the cache may hold, and what goes first: `cache/policy.yaml`, read strictly.
package struct CachePolicy: Sendable, Equatable {
    /// Which entries go when those that are dead do not suffice.
    package enum Algorithm: String, Sendable, Codable, CaseIterable {
        case sieve, lru, fifo, gdsf
    }

    /// Bytes of all entries together, as they lie in the store.
    package var size = ByteCount(20_000_000_000)
    /// Percent of a limit at which eviction begins, and at which it ends.
    package var high = 95
    package var low = 80
    /// The limit of each repository; nil for none of its own.
    package var repository: ByteCount?
    /// Other limits, by `owner/name` in lower case.
    package var repositories: [String: ByteCount] = [:]
    /// Percent of a limit that entries of pull requests may take together.
    package var pulls = 50
    /// So much of the disk stays free.
    package var free = ByteCount(2_000_000_000)
    /// Bytes of all entries that are kept unpacked together, as their files are.
    package var hot = ByteCount(20_000_000_000)
    /// Entries that nobody used for so many days go; nil to keep them.
    package var days: Int?
    package var algorithm = Algorithm.sieve
    /// Whether closed scopes and superseded entries go first.
    package var deadFirst = true
    /// Keys that never go; a star at the end stands for anything.
    package var pins: [String] = []
    /// Days that the log keeps lookups, saves and evictions.
    package var log = 400

    /// What holds where nobody wrote a policy; the shipped `cache/policy.yaml` says the same.
    package init() {}

    /// The limit of one repository.
    package func limit(of repository: String) -> ByteCount? { repositories[repository] ?? self.repository }
}

extension CachePolicy {
    /// Reads a policy's bytes; throws `.usage` with all its faults.
    package init(_ bytes: [UInt8], file: String) throws {
        do {
            let faults = Faults()
            let document = try YAMLDocument(bytes, file: file, faults: faults)
            self.init(MappingReader(document.root, faults, name: "the policy"))
            try faults.check()
        } catch {
            throw BerthError(
                .usage, "the cache's policy has faults", place: "\(error)", remedy: "mend the lines named above")
        }
    }

    private init(_ reader: MappingReader) {
        self.init()
        size = Self.size("size", reader) ?? size
        high = reader.integer("high", in: 1...100) ?? high
        low = reader.integer("low", in: 1...100) ?? low
        if low > high {
            reader.fault(
                reader.has("low") ? "low" : "high", "\"low\" is at most \"high\": eviction ends below its begin")
        }
        repository = Self.size("repository", reader, or: "none") ?? nil
        readRepositories(reader)
        pulls = reader.integer("pulls", in: 0...100) ?? pulls
        free = Self.size("free", reader) ?? free
        hot = Self.size("hot", reader) ?? hot
        if let text = reader.string("days"), text != "off" {
            days = Int(text).flatMap { (1...36_500).contains($0) ? $0 : nil }
            if days == nil { reader.fault("days", "\"days\" is a number from 1 to 36500, or off") }
        }
        algorithm =
            reader.choice("algorithm", of: Algorithm.allCases.map(\.rawValue)).flatMap { Algorithm(rawValue: $0) }
            ?? algorithm
        deadFirst = reader.boolean("deadFirst") ?? deadFirst
        pins = reader.strings("pins", allowEmpty: true) ?? pins
        log = reader.integer("log", in: 1...36_500) ?? log
        reader.finish()
    }

    private mutating func readRepositories(_ reader: MappingReader) {
        for (name, text, place) in reader.pairs("repositories") ?? [] {
            guard (try? Scope(repository: name, reference: "refs/heads/main")) != nil else {
                reader.faults.add("\"\(name)\" is no repository: name it as owner/name", at: place)
                continue
            }
            guard let size = ByteCount(parsing: text) else {
                reader.faults.add(Self.noSize, at: place)
                continue
            }
            repositories[name.lowercased()] = size
        }
    }

    private static let noSize = "a size is a number with a unit, such as 20GB or 500MB"

    private static func size(_ key: String, _ reader: MappingReader) -> ByteCount? {
        guard let text = reader.string(key) else { return nil }
        guard let size = ByteCount(parsing: text) else {
            reader.fault(key, noSize)
            return nil
        }
        return size
    }

    /// Nil where the key is not there; nil inside where it says that there is no limit.
    private static func size(_ key: String, _ reader: MappingReader, or none: String) -> ByteCount?? {
        guard let text = reader.string(key) else { return nil }
        if text == none { return .some(nil) }
        guard let size = ByteCount(parsing: text) else {
            reader.fault(key, "\(noSize), or \(none)")
            return nil
        }
        return size
    }
}
