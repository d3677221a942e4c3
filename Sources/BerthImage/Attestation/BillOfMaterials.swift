package import BerthArchive
internal import BerthPackages
internal import BerthStore
internal import Foundation

/// What one platform's image is made of; the same image gives the same documents, byte by byte.
package struct BillOfMaterials: Sendable {
    /// The image's name, without a tag: a tag may come and go, the digest stays.
    package var name: String
    package var platform: Platform
    /// Digest of the platform's manifest.
    package var manifest: Digest
    /// The image's own date, in seconds since 1970.
    package var epoch: Int64
    /// Who answers for the image: the recipe's label `org.opencontainers.image.vendor`.
    package var supplier: Supplier?
    package var components: [Component]

    package init(
        name: String, platform: Platform, manifest: Digest, epoch: Int64, supplier: Supplier?, components: [Component]
    ) {
        self.name = name
        self.platform = platform
        self.manifest = manifest
        self.epoch = epoch
        self.supplier = supplier
        self.components = components
    }

    /// `pkg:oci/python@sha256:…?arch=arm64`.
    var purl: PackageURL {
        PackageURL("oci", name: name, version: "\(manifest)", qualifiers: ["arch": platform.architecture.ociName])
    }

    var created: String { Date(timeIntervalSince1970: Double(epoch)).ISO8601Format() }

    /// A UUID of the image's digest (version 8, RFC 9562: our own way of making it).
    var identifier: String {
        var bytes = Array(manifest.bytes.prefix(16))
        bytes[6] = bytes[6] & 0x0F | 0x80
        bytes[8] = bytes[8] & 0x3F | 0x80
        return UUID(
            uuid: (
                bytes[0], bytes[1], bytes[2], bytes[3], bytes[4], bytes[5], bytes[6], bytes[7], bytes[8], bytes[9],
                bytes[10], bytes[11], bytes[12], bytes[13], bytes[14], bytes[15]
            )
        ).uuidString.lowercased()
    }

    /// Who answers for a part: consumers of bills of materials require a name (NTIA, minimum elements).
    func supplier(of component: Component) -> Supplier {
        component.supplier ?? Supplier(Self.distributors[component.kind] ?? name) ?? imageSupplier
    }

    var imageSupplier: Supplier { supplier ?? Supplier(name: "builder of \(name)") }

    /// Who hands packages out, where a package itself names nobody.
    private static let distributors: [Component.Kind: String] = [
        .debian: "Debian", .python: "Python Package Index", .npm: "npm registry",
    ]
}

/// The forms in which Berth writes bills of materials.
package enum BillFormat: String, Sendable, CaseIterable {
    case spdx
    case cyclonedx

    /// The media type, which is also the attachment's artifact type.
    package var mediaType: String {
        switch self {
        case .spdx: "application/spdx+json"
        case .cyclonedx: "application/vnd.cyclonedx+json"
        }
    }

    /// The document's bytes.
    package func render(_ bill: BillOfMaterials) throws -> [UInt8] {
        switch self {
        case .spdx: try CanonicalJSON.encode(SPDXDocument(bill))
        case .cyclonedx: try CanonicalJSON.encode(CycloneDXDocument(bill))
        }
    }
}
