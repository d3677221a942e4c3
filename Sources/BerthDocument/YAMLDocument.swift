internal import Yams

/// A YAML file read strictly: one document, plain scalars kept as text, no anchors, merges or tags.
///
/// JSON is read by the same way: it is a part of YAML, apart from escapes of surrogate halves.
package struct YAMLDocument {
    /// The largest file read unless the caller says otherwise, in bytes; recipes are a few KiB.
    package static let usualLimit = 4 << 20

    package let root: DocumentNode

    /// Reads a file's bytes, noting what is wrong in `faults`; throws only when there is no tree to go on with.
    package init(
        _ bytes: [UInt8], file: String, faults: Faults, limit: Int = usualLimit
    ) throws(DocumentFaults) {
        let text = try StrictText.decode(bytes, file: file, limit: limit)
        let composed: (tree: Node, parser: Parser)
        do {
            composed = try YAMLComposer.compose(text, file: file)
        } catch {
            faults.add(error.message, at: error.place)
            try faults.check()
            throw DocumentFaults([error])
        }
        // A node knows its anchor only as long as the parser lives.
        root = withExtendedLifetime(composed.parser) {
            YAMLConversion(file: file, faults: faults).node(composed.tree)
        }
    }
}

extension DocumentFault: Error {}

/// Text to Yams' tree, with its errors turned into faults.
private enum YAMLComposer {
    /// Repeated keys would end the reading, so that no other fault is shown: each is marked and the text read again.
    static func compose(_ original: String, file: String) throws(DocumentFault) -> (Node, Parser) {
        var text = original
        for _ in 0..<100 {
            do {
                // Without rules each plain scalar is a text, so that `3.10` and `no` stay what was written.
                let parser = try Parser(yaml: text, resolver: .basic, encoding: .utf8)
                guard let node = try parser.singleRoot() else {
                    throw YAMLFailure.fault("the file is empty", line: 1, column: 1, file: file)
                }
                return (node, parser)
            } catch let YamlError.duplicatedKeysInMapping(names, context) {
                guard let name = names.first, let marked = DuplicateKeys.mark(name, first: context.mark, in: text)
                else {
                    throw YAMLFailure.fault(
                        "the key \"\(names.first ?? "")\" stands here more than once", line: context.mark.line,
                        column: context.mark.column, file: file)
                }
                text = marked
            } catch let fault as DocumentFault {
                throw fault
            } catch {
                throw YAMLFailure.translate(error, text: text, file: file)
            }
        }
        throw YAMLFailure.fault("more than 100 repeated keys", line: 1, column: 1, file: file)
    }
}
