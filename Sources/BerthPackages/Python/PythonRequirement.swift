internal import BerthLockfiles
internal import BerthSystem

/// One requirement of a recipe: a project's name with extras, versions and a marker (PEP 508), and nothing else.
package struct PythonRequirement: Sendable, Hashable {
    package let text: String
    /// The project's name, normalised as PEP 503 says.
    package let name: String

    /// Throws `.usage` for what is no requirement of an index: options, paths, addresses.
    package init(_ text: String) throws {
        let name = text.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) }
        guard PythonName.isValid(name), !text.contains(where: { $0.isNewline }) else {
            throw Self.refusal(text, "it does not start with the name of a project")
        }
        let rest = text.dropFirst(name.count).drop(while: \.isWhitespace)
        guard !rest.hasPrefix("@"), !text.contains("://") else {
            throw Self.refusal(text, "it names an address, and a lock holds none")
        }
        guard rest.isEmpty || "[<>=!~;(".contains(rest.prefix(1)), !text.contains("#") else {
            throw Self.refusal(text, "after the name only extras, versions and a marker may follow")
        }
        self.text = text
        self.name = PythonName.normalised(name)
    }

    private static func refusal(_ text: String, _ why: String) -> BerthError {
        BerthError(
            .usage, "\"\(text.escaped)\" is not a Python requirement: \(why)",
            remedy: "write a name with versions, such as pytest>=8 or mypy==1.15.*")
    }
}
