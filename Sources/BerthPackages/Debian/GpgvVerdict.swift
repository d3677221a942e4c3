internal import BerthSystem

/// What a verifier found, signature by signature.
///
/// One good signature by a known key is enough, as for apt; one that does not fit the text spoils everything.
struct GpgvVerdict {
    private var good = 0
    private var problems: [(reason: String, isForgery: Bool)] = []

    /// Why the text is refused; nil when it is not.
    var refusal: String? {
        if let forgery = problems.first(where: \.isForgery) { return forgery.reason }
        guard good == 0 else { return nil }
        return problems.isEmpty ? "it carries no signature" : problems.map(\.reason).joined(separator: "; ")
    }

    /// Reads the status lines of gpgv (GnuPG, doc/DETAILS).
    init(_ status: String) {
        var isGood = false
        for line in status.split(separator: "\n") where line.hasPrefix("[GNUPG:] ") {
            let words = line.split(separator: " ").dropFirst().map(String.init)
            let key = words.count > 1 ? words[1] : "unknown"
            switch words[0] {
            case "NEWSIG": isGood = false
            case "GOODSIG": isGood = true
            case "VALIDSIG" where isGood: noteValid(words)
            case "BADSIG": problems.append(("the signature by key \(key) does not fit the text", true))
            case "EXPSIG": problems.append(("the signature by key \(key) has expired", false))
            case "EXPKEYSIG": problems.append(("key \(key) has expired", false))
            case "REVKEYSIG": problems.append(("key \(key) was revoked", false))
            case "NO_PUBKEY": problems.append(("key \(key) is not known", false))
            default: break
            }
        }
    }

    /// Hash algorithms of RFC 4880 §9.4 below SHA-256 are no proof any more.
    private mutating func noteValid(_ words: [String]) {
        if words.count > 8, ["1", "2", "3"].contains(words[8]) {
            problems.append(("key \(words[1]) signed with a weak hash", false))
        } else {
            good += 1
        }
    }

    /// Reads the outcome of sqv: it prints the keys of good signatures and explains the others on standard error.
    init(sqv outcome: Command.Outcome) {
        guard !outcome.succeeded || outcome.output.trimmed.isEmpty else {
            good = 1
            return
        }
        let words = outcome.errors.split { !$0.isHexDigit }.filter { $0.count >= 16 }.map { String($0) }
        let keys = Set(words).sorted().joined(separator: ", ")
        let text = outcome.errors.trimmed.split(separator: "\n").map(\.trimmed).joined(separator: " ")
        problems = [("key \(keys.isEmpty ? "unknown" : keys): \(String(text.prefix(600)).escaped)", false)]
    }
}
