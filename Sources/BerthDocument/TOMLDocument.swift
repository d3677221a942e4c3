/// A TOML file (1.0) as the same tree as YAML: keys in the order of the file, scalars as text, each with its place.
package struct TOMLDocument {
    /// The largest file read unless the caller says otherwise, in bytes; lockfiles of big workspaces reach some MiB.
    package static let usualLimit = 64 << 20

    package let root: DocumentNode

    /// Reads a file's bytes; throws one fault, as TOML is mostly written by programs: reading ends at the first.
    package init(_ bytes: [UInt8], file: String, limit: Int = usualLimit) throws(DocumentFaults) {
        _ = try StrictText.decode(bytes, file: file, limit: limit)
        var parser = TOMLParser(TOMLCursor(bytes, file: file))
        do { root = try parser.document() } catch { throw DocumentFaults([error]) }
    }
}
