internal import Yams

/// Yams' errors in our words and places.
enum YAMLFailure {
    /// The fault that an error of the parser means.
    static func translate(_ error: any Error, text: String, file: String, aliases: YAMLAliases) -> DocumentFault {
        guard let error = error as? YamlError else {
            return fault("not YAML: \(error)", line: 1, column: 1, file: file)
        }
        switch error {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _):
            return fault(
                explain(problem, context?.text, at: mark, in: text), line: mark.line, column: mark.column, file: file)
        case .composer(_, let problem, let mark, _):
            if aliases != .refused, problem.contains("undefined alias") {
                return fault(
                    "no anchor of that name stands above this alias", line: mark.line, column: mark.column, file: file)
            }
            return fault(explain(problem, nil, at: mark, in: text), line: mark.line, column: mark.column, file: file)
        case .reader(let problem, let offset, _, _):
            let place = StrictText.position(after: text.utf8.prefix(offset ?? 0))
            return fault("not YAML: \(problem)", line: place.line, column: place.column, file: file)
        default:
            return fault("not YAML: \(error)", line: 1, column: 1, file: file)
        }
    }

    static func fault(_ message: String, line: Int, column: Int, file: String) -> DocumentFault {
        DocumentFault(place: DocumentPlace(file: file, line: max(1, line), column: max(1, column)), message: message)
    }

    /// The usual mistakes in plain words, all others in the parser's.
    private static func explain(_ problem: String, _ context: String?, at mark: Mark, in text: String) -> String {
        let lines = text.split(separator: "\n", maxSplits: mark.line, omittingEmptySubsequences: false)
        let line = lines.indices.contains(mark.line - 1) ? lines[mark.line - 1] : ""
        if line.prefix(while: { $0 == " " || $0 == "\t" }).contains("\t") {
            return "a tab stands in the indentation; use spaces"
        }
        if problem.contains("another document") { return "a second document starts here; a file holds one" }
        if problem.contains("undefined alias") { return "aliases are not supported; write the value out" }
        return "not YAML: \(problem)" + (context.map { " (\($0))" } ?? "")
    }
}
