internal import BerthCache
internal import BerthSystem

/// The fields of a query or a form (application/x-www-form-urlencoded, WHATWG URL §5.1), in their order.
struct FormFields: Sendable {
    private let fields: [(name: String, value: String)]
    private static let most = 1024

    /// Throws `.usage` for bytes that are no such form.
    init(_ text: some Sequence<UInt8>) throws {
        let parts = Array(text).split(separator: UInt8(ascii: "&"))
        guard parts.count <= Self.most else { throw Self.unusable("it has more than \(Self.most) fields") }
        fields = try parts.map { part in
            let sides = part.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            return (try Self.decode(sides[0]), try Self.decode(sides.count == 2 ? sides[1] : []))
        }
    }

    /// The one field of a name; nil where there is none.
    func one(_ name: String) throws -> String? {
        let found = all(name)
        guard found.count <= 1 else { throw Self.unusable("\(name) stands there \(found.count) times") }
        return found.first
    }

    func required(_ name: String) throws -> String {
        guard let value = try one(name), !value.isEmpty else { throw Self.unusable("\(name) is missing") }
        return value
    }

    func all(_ name: String) -> [String] { fields.filter { $0.name == name }.map(\.value) }

    /// Each `path`, which is what a tree is called, with the `at` that follows it: where it stands in the stream.
    func places() throws -> [StreamPlace] {
        var (places, label): ([StreamPlace], String?) = ([], nil)
        for field in fields {
            switch (field.name, label) {
            case ("path", nil): label = field.value
            case ("at", let known?):
                places.append(try StreamPlace(label: known, place: field.value))
                label = nil
            case ("path", _?), ("at", nil): throw Self.unusable("each path needs its at")
            default: continue
            }
        }
        guard label == nil else { throw Self.unusable("each path needs its at") }
        try StreamPlace.check(places)
        return places
    }

    /// What is left out of each tree: by its name, the patterns of `exclude` fields of the form `LABEL=PATTERN`.
    func excludes() throws -> [String: [String]] {
        var excludes: [String: [String]] = [:]
        for text in all("exclude") {
            guard let mark = text.firstIndex(of: "=") else { throw Self.unusable("an exclude has no LABEL=") }
            excludes[String(text[..<mark]), default: []].append(String(text[text.index(after: mark)...]))
        }
        return excludes
    }

    /// What must be equal besides the key: as it was said, else what the paths' names come to.
    func version() throws -> String {
        if let version = try one("version") { return version }
        let labels = all("path")
        guard !labels.isEmpty else { throw Self.unusable("neither version nor path is there") }
        return PathVersion.of(labels)
    }

    private static func decode(_ text: ArraySlice<UInt8>) throws -> String {
        var (bytes, position): ([UInt8], Int) = ([], text.startIndex)
        while position < text.endIndex {
            switch text[position] {
            case UInt8(ascii: "+"): bytes.append(0x20)
            case UInt8(ascii: "%"):
                guard position + 2 < text.endIndex,
                    let value = UInt8(String(decoding: text[(position + 1)...(position + 2)], as: UTF8.self), radix: 16)
                else { throw unusable("a % leads to no byte") }
                bytes.append(value)
                position += 2
            default: bytes.append(text[position])
            }
            position += 1
        }
        guard let decoded = String(validating: bytes, as: UTF8.self) else { throw unusable("a field is no UTF-8") }
        return decoded
    }

    private static func unusable(_ why: String) -> BerthError {
        BerthError(.usage, "the request can't be read: \(why)", remedy: "see the reference of the service's routes")
    }
}
