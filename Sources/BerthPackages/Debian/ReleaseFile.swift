internal import BerthArchive
internal import BerthSystem

/// A suite's Release file: what it is, when it was made, and the hash of each index.
struct ReleaseFile: Sendable {
    /// A file that the Release names, relative to the suite's folder.
    struct Entry: Sendable {
        let digest: Digest
        let size: ByteCount
    }

    let suite: String
    let codename: String
    /// The point release (`13.8`); nil where the suite has none.
    let version: String?
    /// When the archive made it, in seconds since 1970.
    let date: Int64
    /// After this moment it should not be believed any more; nil where the archive sets no limit.
    let validUntil: Int64?
    let offersByHash: Bool
    let entries: [String: Entry]

    /// Reads the signed lines; throws `.damaged` when something needed is missing, or hashes are weaker than SHA-256.
    init(_ text: ClearsignedText, place: String) throws {
        let stanza = Stanza(text.lines.map { $0[...] })
        func refused(_ why: String) -> BerthError {
            BerthError(.damaged, "the Release file can't be used: \(why)", place: place, done: "nothing of it was used")
        }
        suite = stanza["Suite"] ?? ""
        codename = stanza["Codename"] ?? ""
        version = stanza["Version"]
        guard let date = stanza["Date"].flatMap(ReleaseDate.seconds) else { throw refused("it has no readable date") }
        self.date = date
        validUntil = try stanza["Valid-Until"].map { text in
            guard let moment = ReleaseDate.seconds(text) else { throw refused("its Valid-Until is no date") }
            return moment
        }
        offersByHash = stanza.isYes("Acquire-By-Hash")
        guard let sums = stanza["SHA256"] else { throw refused("it has no SHA-256 hashes (weaker ones are no proof)") }
        var entries: [String: Entry] = [:]
        for line in sums.lines where !line.trimmed.isEmpty {
            let words = line.split(separator: " ")
            guard words.count == 3, let digest = try? Digest(hex: words[0]), let size = Int64(words[1]), size >= 0
            else {
                throw refused("a line of its SHA256 field makes no sense")
            }
            entries[String(words[2])] = Entry(digest: digest, size: ByteCount(size))
        }
        self.entries = entries
    }

    /// Throws unless it is the suite asked for, is not past its Valid-Until, and is no older than one seen before.
    func check(
        asked: String, now: Int64, checksExpiry: Bool, notBefore: Int64?, place: String
    ) throws {
        guard asked == suite || asked == codename else {
            throw BerthError(
                .damaged, "the Release file is of \(codename.escaped) (\(suite.escaped)), not of \(asked.escaped)",
                place: place, done: "nothing of it was used", remedy: "correct the suite, or try another mirror")
        }
        if checksExpiry, let validUntil, validUntil < now {
            throw stale("its Valid-Until, \(ReleaseDate.text(validUntil)), has passed", asked, place)
        }
        if let notBefore, date < notBefore {
            let text = "it is of \(ReleaseDate.text(date)), and one of \(ReleaseDate.text(notBefore)) was seen before"
            throw stale(text, asked, place)
        }
    }

    private func stale(_ why: String, _ asked: String, _ place: String) -> BerthError {
        BerthError(
            .temporary, "the index of \(asked) is too old: \(why)", place: place, done: "nothing of it was used",
            remedy: "the mirror may be in the middle of its update: run the same command later, or try another mirror")
    }
}
