/// Where a value stands in a file a person wrote; lines and columns count from 1, columns in Unicode scalars.
package struct DocumentPlace: Sendable, Hashable {
    package let file: String
    /// 0 where the format's parser gives no positions (values of TOML).
    package let line: Int
    package let column: Int

    package init(file: String, line: Int, column: Int) {
        self.file = file
        self.line = line
        self.column = column
    }
}

extension DocumentPlace: CustomStringConvertible {
    /// `file:line:column`, as compilers write it, so that editors jump there.
    package var description: String { line == 0 ? file : "\(file):\(line):\(column)" }
}

/// One value of a YAML, JSON or TOML file, with its place; scalars keep the text that was written.
package struct DocumentNode: Sendable {
    /// What a value is, before anyone asks for a type: `3.10` and `no` are scalars, not a number and a truth value.
    package enum Kind: Sendable {
        case mapping([DocumentMember])
        case sequence([DocumentNode])
        /// `quoted` tells `"true"` from `true`.
        case scalar(String, quoted: Bool)
        case null
    }

    package let kind: Kind
    package let place: DocumentPlace

    package init(_ kind: Kind, at place: DocumentPlace) {
        self.kind = kind
        self.place = place
    }

    /// The kind in words, for messages.
    package var kindName: String {
        switch kind {
        case .mapping: "a mapping"
        case .sequence: "a list"
        case .scalar: "a single value"
        case .null: "nothing"
        }
    }

    /// A scalar's text; nil for all other kinds.
    package var text: String? {
        if case .scalar(let text, _) = kind { text } else { nil }
    }
}

/// One key of a mapping with its value; the order of the file is kept.
package struct DocumentMember: Sendable {
    package let key: String
    package let place: DocumentPlace
    package let value: DocumentNode

    package init(key: String, place: DocumentPlace, value: DocumentNode) {
        self.key = key
        self.place = place
        self.value = value
    }
}
