internal import BerthLockfiles
internal import BerthRegistry
internal import BerthSystem

/// One requirement of a recipe: a project's name with extras, versions and a marker (PEP 508), and nothing else.
package struct PythonRequirement: Sendable, Hashable {
    package let text: String
    /// The project's name, normalised as PEP 503 says.
    package let name: String

    /// Throws `.usage` for what is no requirement of an index: options, paths, addresses.
    package init(_ text: String) throws {
        if let fault = Self.fault(in: text) {
            throw BerthError(
                .usage, "\"\(Self.shown(text))\" is not a Python requirement: \(fault)",
                remedy: "write a name with versions, such as pytest>=8 or mypy==1.15.*")
        }
        self.text = text
        name = PythonName.normalised(Self.name(text))
    }

    /// A text for messages: an address in it may hold a token.
    package static func shown(_ text: String) -> String {
        let name = name(text)
        return name + Address.redacted(String(text.dropFirst(name.count)))
    }

    /// Why a text is no requirement, for readers that collect faults; nil when it is one.
    package static func fault(in text: String) -> String? {
        let name = name(text)
        guard PythonName.isValid(name), !text.contains(where: { $0.isNewline }) else {
            return "it does not start with the name of a project"
        }
        let rest = text.dropFirst(name.count).drop(while: \.isWhitespace)
        guard !rest.hasPrefix("@"), !text.contains("://") else { return "it names an address, and a lock holds none" }
        guard rest.isEmpty || "[<>=!~;(".contains(rest.prefix(1)), !text.contains("#") else {
            return "after the name only extras, versions and a marker may follow"
        }
        return nil
    }

    private static func name(_ text: String) -> Substring {
        text.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) }
    }
}
