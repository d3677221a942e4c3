internal import Foundation

/// Reads licence and author of an npm package's package.json (npm, "package.json": `license`, `author`).
enum ManifestFile {
    static func read(_ bytes: [UInt8]) -> PackageStatement {
        var statement = PackageStatement()
        guard let manifest = try? JSONDecoder().decode(Manifest.self, from: Data(bytes)) else { return statement }
        let all = [manifest.license] + (manifest.licenses ?? []).map { $0 }
        statement.licences = all.compactMap { $0?.text }.filter { !$0.isEmpty && $0.utf8.count <= 200 }
        statement.supplier = manifest.author?.text.map { String($0.prefix { $0 != "(" }) }
        return statement
    }

    /// What the file says of a package that nobody has named before; nil where it states no usable name or version.
    static func bundled(_ bytes: [UInt8]) -> BundledPackage? {
        guard let identity = try? JSONDecoder().decode(Identity.self, from: Data(bytes)),
            isPlain(identity.name, atMost: 214), isPlain(identity.version, atMost: 256)
        else { return nil }
        return BundledPackage(name: identity.name, version: identity.version, statement: read(bytes))
    }

    /// npm allows no other characters in names and versions than these of ASCII.
    private static func isPlain(_ text: String, atMost limit: Int) -> Bool {
        !text.isEmpty && text.utf8.count <= limit && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }

    private struct Identity: Decodable {
        let name: String
        let version: String
    }

    private struct Manifest: Decodable {
        let license: Words?
        let licenses: [Words]?
        let author: Words?

        /// Each field by itself: an odd one hides no other.
        init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: CodingKeys.self)
            license = try? fields.decode(Words.self, forKey: .license)
            licenses = try? fields.decode([Words].self, forKey: .licenses)
            author = try? fields.decode(Words.self, forKey: .author)
        }

        private enum CodingKeys: String, CodingKey { case license, licenses, author }
    }

    /// A text, or the older form: an object with `type`, or with `name` and `email`.
    private struct Words: Decodable {
        let text: String?

        init(from decoder: any Decoder) throws {
            if let plain = try? decoder.singleValueContainer().decode(String.self) {
                text = plain
                return
            }
            let fields = try decoder.container(keyedBy: CodingKeys.self)
            let mail = try fields.decodeIfPresent(String.self, forKey: .email).map { " <\($0)>" } ?? ""
            text =
                try fields.decodeIfPresent(String.self, forKey: .type)
                ?? fields.decodeIfPresent(String.self, forKey: .name).map { $0 + mail }
        }

        private enum CodingKeys: String, CodingKey { case type, name, email }
    }
}
