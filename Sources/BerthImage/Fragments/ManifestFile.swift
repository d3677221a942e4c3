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
