/// Reads licence and author of a wheel's METADATA (core metadata 2.4; PEP 639 for `License-Expression`).
enum MetadataFile {
    static func read(_ bytes: [UInt8]) -> PackageStatement {
        let headers = Headers(bytes)
        var statement = PackageStatement()
        statement.licences = [licence(headers)].compactMap(\.self)
        statement.supplier = supplier(headers)
        return statement
    }

    /// The expression where there is one, else the old free field, else the classifier's last words.
    private static func licence(_ headers: Headers) -> String? {
        if let expression = headers["license-expression"] { return expression }
        // The old field may hold the whole text of a licence: then it names none.
        if let words = headers["license"], !words.contains("\n"), words.utf8.count <= 100 { return words }
        let classifiers = headers.all("classifier").filter { $0.hasPrefix("License :: ") }
        return classifiers.last?.split(separator: ":").last.map { String($0).trimmed }
    }

    private static func supplier(_ headers: Headers) -> String? {
        for role in ["author", "maintainer"] {
            // The address field often holds name and address; the first of several counts.
            if let mail = headers["\(role)-email"] {
                if mail.contains("<") { return mail.prefix { $0 != ">" } + ">" }
                let first = mail.split(separator: ",").first.map { String($0).trimmed } ?? mail
                return headers[role].map { "\($0) <\(first)>" } ?? "<\(first)>"
            }
            if let name = headers[role] { return name }
        }
        return nil
    }

    /// Header fields up to the first empty line (RFC 822); continued lines are kept with their line ends.
    private struct Headers {
        private var fields: [(name: String, value: String)] = []

        init(_ bytes: [UInt8]) {
            for line in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
                let text = String(decoding: line.last == 0x0D ? line.dropLast() : line, as: UTF8.self)
                if text.isEmpty { return }
                if text.first == " " || text.first == "\t" {
                    if let last = fields.indices.last { fields[last].value += "\n" + text.trimmed }
                } else if let colon = text.firstIndex(of: ":") {
                    fields.append((text[..<colon].lowercased(), String(text[text.index(after: colon)...]).trimmed))
                }
            }
        }

        func all(_ name: String) -> [String] { fields.filter { $0.name == name }.map(\.value) }

        /// The first value of a field; nothing stated is none.
        subscript(name: String) -> String? {
            all(name).first.flatMap { $0.isEmpty || $0.uppercased() == "UNKNOWN" ? nil : $0 }
        }
    }
}
