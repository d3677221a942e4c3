internal import Yams

/// A YAML file read strictly: one document, plain scalars kept as text, no merges or tags, anchors only where asked for.
///
/// JSON is read by the same way: it is a part of YAML, apart from escapes of surrogate halves.
package struct YAMLDocument {
    /// The largest file read unless the caller says otherwise, in bytes; recipes are a few KiB.
    package static let usualLimit = 4 << 20

    package let root: DocumentNode

    /// Reads a file's bytes, noting what is wrong in `faults`; throws only when there is no tree to go on with.
    package init(
        _ bytes: [UInt8], file: String, faults: Faults, limit: Int = usualLimit, aliases: YAMLAliases = .refused
    ) throws(DocumentFaults) {
        let roots = try YAMLRoots.read(
            bytes, file: file, faults: faults, limit: limit, repeated: 100, aliases: aliases
        ) { parser in
            try parser.singleRoot().map { [$0] } ?? []
        }
        root = roots[0]
    }
}

/// A YAML file of one or several documents, each read as strictly as a `YAMLDocument`.
package struct YAMLStream {
    /// At least one, in the order of the file.
    package let documents: [DocumentNode]

    /// Reads a file's bytes, noting what is wrong in `faults`; throws only when there is no tree to go on with.
    package init(_ bytes: [UInt8], file: String, faults: Faults, limit: Int) throws(DocumentFaults) {
        // Programs write such files, large ones too: one repeated key tells enough.
        documents = try YAMLRoots.read(
            bytes, file: file, faults: faults, limit: limit, repeated: 1, aliases: .refused
        ) { parser in
            var roots: [Node] = []
            while let root = try parser.nextRoot() { roots.append(root) }
            return roots
        }
    }
}

/// The roots of a file's documents as our trees.
private enum YAMLRoots {
    /// Never empty; `repeated` is how many repeated keys are named before reading is given up.
    static func read(
        _ bytes: [UInt8], file: String, faults: Faults, limit: Int, repeated: Int, aliases: YAMLAliases,
        _ roots: (Parser) throws -> [Node]
    ) throws(DocumentFaults) -> [DocumentNode] {
        let text = try StrictText.decode(bytes, file: file, limit: limit)
        try AliasGrowth.check(text, file: file)
        let composed: (trees: [Node], parser: Parser)
        do {
            composed = try YAMLComposer.compose(text, file: file, repeated: repeated, aliases: aliases, roots)
        } catch {
            faults.add(error.message, at: error.place)
            try faults.check()
            throw DocumentFaults([error])
        }
        // A node knows its anchor only as long as the parser lives.
        return withExtendedLifetime(composed.parser) {
            let conversion = YAMLConversion(file: file, faults: faults, aliases: aliases)
            return composed.trees.map { conversion.node($0) }
        }
    }
}

extension DocumentFault: Error {}

/// Text to Yams' tree, with its errors turned into faults.
private enum YAMLComposer {
    /// Repeated keys would end the reading, so that no other fault is shown: each is marked and the text read again.
    static func compose(
        _ original: String, file: String, repeated: Int, aliases: YAMLAliases, _ roots: (Parser) throws -> [Node]
    ) throws(DocumentFault) -> ([Node], Parser) {
        var text = original
        for _ in 0...repeated {
            do {
                // Without rules each plain scalar is a text, so that `3.10` and `no` stay what was written.
                let parser = try Parser(yaml: text, resolver: .basic, encoding: .utf8)
                let nodes = try roots(parser)
                guard !nodes.isEmpty else {
                    throw YAMLFailure.fault("the file is empty", line: 1, column: 1, file: file)
                }
                return (nodes, parser)
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
                throw YAMLFailure.translate(error, text: text, file: file, aliases: aliases)
            }
        }
        throw YAMLFailure.fault("more than \(repeated) repeated keys", line: 1, column: 1, file: file)
    }
}
