internal import BerthArchive

/// A package's paragraph in dpkg's status file: the control file's fields in the order in which dpkg writes them.
///
/// Order: dpkg's own table of fields (deb-control(5) names them); unknown fields follow as the package has them.
struct StatusStanza {
    private static let order = [
        "package", "essential", "protected", "status", "priority", "section", "installed-size", "origin", "maintainer",
        "bugs", "architecture", "multi-arch", "source", "version", "replaces", "provides", "depends", "pre-depends",
        "recommends", "suggests", "breaks", "conflicts", "enhances", "conffiles", "description",
    ]

    /// Name and text (with the name) of each field, continued lines included.
    private var fields: [(name: String, text: String)] = []

    init(_ facts: DebianFacts) {
        for line in facts.control.split(separator: "\n").map(String.init) {
            if line.first == " " || line.first == "\t", let last = fields.indices.last {
                fields[last].text += "\n" + line
            } else {
                fields.append((line.prefix { $0 != ":" }.lowercased(), line))
            }
        }
        fields.append(("status", "Status: install ok installed"))
        if !facts.configuration.isEmpty {
            let lines = facts.configuration.map { "\n \($0.path) \($0.state)" }
            fields.append(("conffiles", "Conffiles:" + lines.joined()))
        }
    }

    /// The value of a one-line field; empty when it is missing.
    subscript(name: String) -> String {
        fields.first { $0.name == name }.map { String($0.text.dropFirst(name.count + 1)).trimmed } ?? ""
    }

    var text: String {
        let ranked = fields.enumerated().sorted { left, right in
            (Self.rank(left.element.name), left.offset) < (Self.rank(right.element.name), right.offset)
        }
        return ranked.map { $0.element.text + "\n" }.joined()
    }

    private static func rank(_ name: String) -> Int { order.firstIndex(of: name) ?? order.count }
}
