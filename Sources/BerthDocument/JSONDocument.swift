/// What to do with a key that a mapping has more than once.
package enum RepeatedKeys: Sendable {
    /// A fault: two readers may take two values.
    case refused
    /// As JavaScript reads it; for files inside of packages, which were published so and can't be mended.
    case lastCounts
}

/// A JSON file (RFC 8259) as the same tree as YAML: keys in the order of the file, scalars as text, each with its place.
package struct JSONDocument {
    /// The largest file read unless the caller says otherwise, in bytes; lockfiles of big workspaces reach some MiB.
    package static let usualLimit = 64 << 20

    package let root: DocumentNode

    /// Reads a file's bytes; throws one fault, as JSON is mostly written by programs: reading ends at the first.
    package init(
        _ bytes: [UInt8], file: String, limit: Int = usualLimit, repeated: RepeatedKeys = .refused
    ) throws(DocumentFaults) {
        _ = try StrictText.decode(bytes, file: file, limit: limit)
        var parser = JSONParser(JSONCursor(bytes, file: file), repeated: repeated)
        do { root = try parser.document() } catch { throw DocumentFaults([error]) }
    }
}

extension DocumentNode {
    /// A mapping's value by its key; nil for other kinds and other keys.
    package subscript(key: String) -> DocumentNode? {
        guard case .mapping(let members) = kind else { return nil }
        return members.first { $0.key == key }?.value
    }

    /// A mapping's members; none for other kinds.
    package var members: [DocumentMember] { if case .mapping(let members) = kind { members } else { [] } }

    /// A sequence's items; none for other kinds.
    package var items: [DocumentNode] { if case .sequence(let items) = kind { items } else { [] } }

    /// A scalar that was written in quotes; nil for numbers, truth values and other kinds.
    package var quoted: String? { if case .scalar(let text, quoted: true) = kind { text } else { nil } }
}
