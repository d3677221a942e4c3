internal import BerthArchive
internal import BerthSystem

/// Where one of an entry's trees stands in a tar stream: below a name that whoever unpacks or packs it chose.
package struct StreamPlace: Sendable, Hashable {
    /// As the profile declares the path.
    package let label: String
    /// The names on the way to the tree's root, from the folder that the stream is unpacked in.
    package let parts: [[UInt8]]

    /// Most trees that one entry may have.
    package static let most = 256

    /// `place` is an absolute path, which `tar -C /` unpacks to.
    package init(label: String, place: String) throws {
        guard place.hasPrefix("/"), let parts = Self.parts(Array(place.utf8)), !parts.isEmpty else {
            throw BerthError(
                .usage, "a place in the stream is no absolute path: \(place.escaped)",
                remedy: "write LABEL=/absolute/path")
        }
        (self.label, self.parts) = (label, parts)
    }

    /// The name of its root in the stream.
    var name: [UInt8] { Array(parts.joined(separator: [UInt8(ascii: "/")])) }

    /// The names in a member's name, without those that lead nowhere (`/`, `./`); nil where one leads upwards, is too
    /// long, or there are too many.
    static func parts(_ name: [UInt8]) -> [[UInt8]]? {
        let parts = name.split(separator: UInt8(ascii: "/")).filter { !$0.elementsEqual(".".utf8) }.map(Array.init)
        let arePlain = parts.allSatisfy { $0.count <= 255 && !$0.contains(0) && !$0.elementsEqual("..".utf8) }
        return arePlain && parts.count <= 2 * ManifestCoding.deepest ? parts : nil
    }

    /// Throws `.usage` where two have one label, or one lies in the other.
    package static func check(_ places: [StreamPlace]) throws {
        guard places.count <= most else {
            throw BerthError(.usage, "there are more than \(most) paths", remedy: "name the folders above them")
        }
        for (index, place) in places.enumerated() {
            let twin = places.indices.first { other in
                other != index
                    && (places[other].label == place.label || place.parts.starts(with: places[other].parts))
            }
            guard let twin else { continue }
            throw BerthError(
                .usage, "two paths have one name, or one lies in the other: \(place.label.escaped)",
                place: places[twin].label.escaped, done: "nothing was changed", remedy: "name the outer one only")
        }
    }
}

extension [StreamPlace] {
    /// The tree that a member belongs to, and its names below that tree's root; nil where it lies in none.
    func find(_ name: [UInt8]) -> (tree: Int, rest: ArraySlice<[UInt8]>)? {
        guard let parts = StreamPlace.parts(name), let tree = firstIndex(where: { parts.starts(with: $0.parts) }) else {
            return nil
        }
        return (tree, parts[self[tree].parts.count...])
    }
}
