internal import BerthArchive
internal import BerthPackages
internal import BerthSystem
internal import Foundation

/// What we read of an image configuration that others wrote (image-spec, config.md).
struct ForeignConfig: Sendable {
    private struct Document: Decodable {
        struct RootFileSystem: Decodable {
            let diffIDs: [Digest]
            enum CodingKeys: String, CodingKey { case diffIDs = "diff_ids" }
        }
        struct History: Decodable {
            let createdBy: String?
            let isEmpty: Bool?
            enum CodingKeys: String, CodingKey {
                case createdBy = "created_by"
                case isEmpty = "empty_layer"
            }
        }
        let architecture: String?
        let os: String?
        let created: String?
        let rootfs: RootFileSystem?
        let history: [History]?
    }

    private let document: Document

    /// Throws `.usage` for what is no image's configuration: other artifacts have one too.
    init(_ bytes: [UInt8]) throws {
        guard let document = try? JSONDecoder().decode(Document.self, from: Data(bytes)), document.rootfs != nil else {
            throw BerthError(
                .usage, "this is no image: its configuration names no layers", place: "\(Digest.of(bytes))",
                remedy: "name an image; other artifacts can be copied between registries with berth image copy")
        }
        self.document = document
    }

    /// Digests of the layers' tars.
    var diffIDs: [Digest] { document.rootfs?.diffIDs ?? [] }

    /// The platform, where it is one that Berth knows.
    var platform: Platform? {
        Platform(parsing: "\(document.os ?? "linux")/\(document.architecture ?? "")")
    }

    /// When it was made, in seconds since 1970; 0 where it does not say.
    var created: Int64 {
        guard let text = document.created else { return 0 }
        let plain = text.replacing(#/\.[0-9]+/#, with: "")
        guard let date = try? Date(plain, strategy: .iso8601) else { return 0 }
        return Int64(max(0, date.timeIntervalSince1970))
    }

    /// A name for each layer: ours where Berth built the image, else a number.
    var layerNames: [String] {
        let steps = (document.history ?? []).filter { $0.isEmpty != true }.map { $0.createdBy ?? "" }
        return diffIDs.indices.map { index in
            let fallback = "layer \(index + 1)"
            guard steps.count == diffIDs.count, steps[index].hasPrefix("berth: ") else { return fallback }
            return String(steps[index].dropFirst("berth: ".count).prefix(80)).escaped
        }
    }
}
