internal import BerthRegistry
internal import BerthSystem

/// One requirement of a recipe: a package's name and, after `@`, a version, range or tag.
package struct NpmRequirement: Sendable, Hashable {
    package let text: String
    /// The name under which it is installed.
    package let name: String
    package let spec: NpmSpec

    /// Throws `.usage` for what no registry can answer: folders, addresses, git repositories.
    package init(_ text: String) throws {
        if let fault = Self.fault(in: text) {
            throw BerthError(
                .usage, "\"\(Self.shown(text))\" is not an npm requirement: \(fault)",
                remedy: "write a name with a version or range, such as pnpm@^10 or @playwright/test@1.49.0")
        }
        self.text = text
        let (name, spec) = NpmSpec.split(text)
        self.name = name
        self.spec = NpmSpec(spec)
    }

    /// A text for messages: an address in it may hold a token.
    package static func shown(_ text: String) -> String {
        let (name, spec) = NpmSpec.split(text)
        guard NpmName.isValid(name), text != name else { return Address.redacted(text) }
        return "\(name)@\(Address.redacted(spec))"
    }

    /// Why a text is no requirement, for readers that collect faults; nil when it is one.
    package static func fault(in text: String) -> String? {
        let (name, spec) = NpmSpec.split(text)
        guard NpmName.isValid(name) else { return "it does not start with the name of a package" }
        switch NpmSpec(spec) {
        case .elsewhere: return "it names a folder, an address or a repository, and a lock holds none"
        case .alias(let other, let inner):
            guard NpmName.isValid(other) else { return "after npm: a package's name must follow" }
            if case .elsewhere = inner { return "after npm: only a name and its versions may follow" }
            return nil
        default: return nil
        }
    }
}
