/// What `berth image verify` found: digests that hold, and whether a rebuild gives the same.
package struct RebuildReport: Report {
    /// One layer or configuration: whether its contents are equal, and its blob where that is promised.
    package struct Row: Encodable, Sendable {
        package var platform: String
        package var subject: String
        package var isSame: Bool
        package var blobIsSame: Bool?
        package init(platform: String, subject: String, isSame: Bool, blobIsSame: Bool?) {
            self.platform = platform
            self.subject = subject
            self.isSame = isSame
            self.blobIsSame = blobIsSame
        }

        var isGood: Bool { isSame && blobIsSame != false }
    }

    package var schema = "berth.image-verify/1"
    package var version: String
    package var blobs: Int
    package var rebuilt: [Row]?
    /// Who answers for the image; nil when that was not asked.
    package var attestation: AttestationReport?
    package var isGood: Bool { rebuilt?.allSatisfy(\.isGood) ?? true }

    package init(version: String, blobs: Int, rebuilt: [Row]?, attestation: AttestationReport? = nil) {
        self.version = version
        self.blobs = blobs
        self.rebuilt = rebuilt
        self.attestation = attestation
    }

    package var identifiers: [String] { [] }

    package var text: String {
        var lines = ["\(version): \(blobs) blobs are what their digests say"]
        lines += attestation?.lines ?? []
        for row in rebuilt ?? [] {
            let blob = row.blobIsSame.map { $0 ? ", blob the same" : ", BLOB DIFFERS" } ?? ", blob not promised"
            lines.append("  \(row.platform) \(row.subject): \(row.isSame ? "the same" : "DIFFERS")\(blob)")
        }
        if rebuilt != nil { lines.append("reproducible: \(isGood ? "yes" : "no")") }
        return lines.joined(separator: "\n")
    }
}
