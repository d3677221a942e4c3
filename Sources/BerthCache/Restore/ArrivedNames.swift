internal import BerthSystem

/// The names that came in a stream, for places that take some of them for one: a stream has no manifest to look at before.
///
/// Places that tell all names apart cost nothing.
struct ArrivedNames {
    private struct Name {
        let bytes: [UInt8]
        /// What came in it, by number.
        let inner: Int
    }

    private let foldings: [NameFolding]
    /// Names by what they have in common there: first each tree's root, then whatever came.
    private var folders: [[String: Name]]

    /// `foldings`: by tree.
    init(_ foldings: [NameFolding]) {
        self.foldings = foldings
        folders = Array(repeating: [:], count: foldings.count)
    }

    /// Adds the names on the way to a member, below its tree's root.
    ///
    /// Throws with both names where the place does not tell one from another that came.
    mutating func add(_ names: ArraySlice<[UInt8]>, in tree: Int, at landing: any Landing) throws {
        guard foldings[tree].isAny else { return }
        var folder = tree
        for (position, name) in zip(names.indices, names) {
            let key = foldings[tree].key(name[...])
            if let known = folders[folder][key] {
                guard known.bytes == name else {
                    let above = names[..<position]
                    throw NameCollisions.error(Self.text(above + [known.bytes]), Self.text(above + [name]), at: landing)
                }
                folder = known.inner
            } else {
                folders.append([:])
                folders[folder][key] = Name(bytes: name, inner: folders.count - 1)
                folder = folders.count - 1
            }
        }
    }

    private static func text(_ names: ArraySlice<[UInt8]>) -> String {
        String(decoding: Array(names.joined(separator: [UInt8(ascii: "/")])), as: UTF8.self)
    }
}
