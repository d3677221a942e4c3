package import BerthArchive
internal import BerthSystem
internal import Foundation

/// One manifest of a registry: its bytes, which are its identity, and what they say.
package struct RegistryManifest: Sendable, Equatable {
    package let bytes: [UInt8]
    package let digest: Digest
    package let type: ManifestType
    /// Manifests below an index; empty for an image.
    package let manifests: [ContentDescriptor]
    package let config: ContentDescriptor?
    package let layers: [ContentDescriptor]
    /// The manifest that this one refers to.
    package let subject: ContentDescriptor?
    package let artifactType: String?
    package let annotations: [String: String]

    /// No manifest is larger: what a registry sends beyond is refused (distribution-spec, "Pushing Manifests").
    package static let limit = ByteCount(4 << 20)
    /// No list or image has more parts.
    private static let parts = 4096
    /// No part is larger: far above what registries take, and all parts together stay a number.
    private static let largestPart = ByteCount(1 << 40)

    private struct Document: Decodable {
        var schemaVersion: Int
        var mediaType: String?
        var manifests: [ContentDescriptor]?
        var config: ContentDescriptor?
        var layers: [ContentDescriptor]?
        var subject: ContentDescriptor?
        var artifactType: String?
        var annotations: [String: String]?
        /// Docker's schema 1 has these; one document must not be two things (CVE-2021-41190).
        var fsLayers: [Ignored]?
        struct Ignored: Decodable {}
    }

    /// Reads a manifest; `declared` is the Content-Type that it came with.
    ///
    /// Throws `.damaged` for one that is ambiguous, of no known type or not well-formed.
    package init(_ bytes: [UInt8], declared: String? = nil) throws {
        self.bytes = bytes
        digest = Digest.of(bytes)
        let document: Document
        do { document = try JSONDecoder().decode(Document.self, from: Data(bytes)) } catch {
            throw RegistryManifest.unusable(
                digest, "it is not a manifest that Berth reads (\(RegistryManifest.words(error)))")
        }
        guard document.schemaVersion == 2, document.fsLayers == nil else {
            throw RegistryManifest.unusable(digest, "its schema is not version 2")
        }
        type = try RegistryManifest.type(of: document, declared, digest)
        manifests = document.manifests ?? []
        config = document.config
        layers = document.layers ?? []
        subject = document.subject
        artifactType = document.artifactType
        annotations = document.annotations ?? [:]
        guard manifests.count + layers.count <= RegistryManifest.parts else {
            throw RegistryManifest.unusable(digest, "it has more than \(RegistryManifest.parts) parts")
        }
        let named = manifests + layers + [config, subject].compactMap(\.self)
        guard named.allSatisfy({ $0.size <= RegistryManifest.largestPart }) else {
            throw RegistryManifest.unusable(digest, "a part has more than \(RegistryManifest.largestPart)")
        }
    }

    /// The one type that header, field and contents agree on.
    private static func type(of document: Document, _ declared: String?, _ digest: Digest) throws -> ManifestType {
        let header = declared.flatMap { ManifestType(rawValue: String($0.prefix { $0 != ";" && $0 != " " })) }
        let field = document.mediaType.flatMap { ManifestType(rawValue: $0) }
        if document.mediaType != nil, field == nil { throw unusable(digest, "its media type is not known") }
        if let header, let field, header != field {
            throw unusable(digest, "the registry calls it another media type than it calls itself")
        }
        let isList = document.manifests != nil
        guard isList != (document.config != nil || document.layers != nil) else {
            throw unusable(digest, "it is neither an index nor an image, or both at once")
        }
        let type = field ?? header ?? (isList ? .index : .image)
        guard type.isList == isList, isList || document.config != nil else {
            throw unusable(digest, "its contents are not those of its media type")
        }
        return type
    }

    private static func unusable(_ digest: Digest, _ reason: String) -> BerthError {
        BerthError(
            .damaged, "a manifest can't be used: \(reason)", place: "\(digest)", done: "nothing of it was kept",
            remedy: "ask whoever pushed the image; Berth reads OCI and Docker schema 2 with SHA-256")
    }

    private static func words(_ error: any Error) -> String {
        switch error {
        case DecodingError.keyNotFound(let key, _): "\(key.stringValue.escaped) is missing"
        case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context),
            DecodingError.dataCorrupted(let context):
            "at \(context.codingPath.map(\.stringValue).joined(separator: ".").escaped)"
        default: "\(error)".escaped
        }
    }

    /// How others refer to it.
    package var descriptor: ContentDescriptor {
        ContentDescriptor(mediaType: type.rawValue, digest: digest, size: ByteCount(bytes.count))
    }

    /// How a list of referrers names it (distribution-spec, "Listing Referrers").
    var referrer: ContentDescriptor {
        var found = descriptor
        found.artifactType = artifactType ?? config?.mediaType
        found.annotations = annotations.isEmpty ? nil : annotations
        return found
    }

    /// All content below it that is no manifest: layers, then the configuration.
    package var blobs: [ContentDescriptor] { layers + [config].compactMap(\.self) }
}
