/// Who answers for an image, as `berth image verify` found it.
package struct AttestationReport: Encodable, Sendable {
    /// One bill of materials that the signature holds.
    package struct Bill: Encodable, Sendable {
        package var platform: String
        package var format: String
        package var digest: String
        package init(platform: String, format: String, digest: String) {
            self.platform = platform
            self.format = format
            self.digest = digest
        }
    }

    package var key: String
    package var predicate: String
    /// Files that the provenance names as inputs.
    package var inputs: Int
    package var bills: [Bill]

    package init(key: String, predicate: String, inputs: Int, bills: [Bill]) {
        self.key = key
        self.predicate = predicate
        self.inputs = inputs
        self.bills = bills
    }

    var lines: [String] {
        let formats = Dictionary(grouping: bills, by: \.platform).sorted { $0.key < $1.key }
        return [
            "  signature: good, of key \(key.prefix(12))", "  provenance: of this image, \(inputs) input files by hash",
        ]
            + formats.map {
                "  bill of materials: \($0.key), \($0.value.map(\.format).sorted().joined(separator: " and "))"
            }
    }
}
