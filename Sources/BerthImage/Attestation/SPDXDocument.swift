internal import BerthArchive
internal import BerthSystem

/// A bill of materials as SPDX 2.3 JSON (SPDX 2.3; field names: the specification's JSON schema).
struct SPDXDocument: Encodable {
    var spdxVersion = "SPDX-2.3"
    var dataLicense = "CC0-1.0"
    var id = "SPDXRef-DOCUMENT"
    var name: String
    var documentNamespace: String
    var creationInfo: CreationInfo
    var packages: [Package]
    var relationships: [Relationship]
    var hasExtractedLicensingInfos: [ExtractedLicence]?

    enum CodingKeys: String, CodingKey {
        case spdxVersion, dataLicense, name, documentNamespace, creationInfo, packages, relationships
        case hasExtractedLicensingInfos
        case id = "SPDXID"
    }

    struct CreationInfo: Encodable {
        var created: String
        var creators = ["Tool: berth"]
    }

    struct Relationship: Encodable {
        var spdxElementId: String
        var relationshipType: String
        var relatedSpdxElement: String
    }

    struct ExtractedLicence: Encodable {
        var licenseId: String
        var name: String
        var extractedText: String
    }

    init(_ bill: BillOfMaterials) {
        let image = Package(imageOf: bill)
        let parts = bill.components.map { Package($0, supplier: bill.supplier(of: $0)) }
        name = "\(bill.name) \(bill.platform)"
        let word = bill.platform.description.replacing("/", with: "-")
        documentNamespace = "https://spdx.org/spdxdocs/berth-\(bill.name)-\(word)-\(bill.identifier)"
        creationInfo = CreationInfo(created: bill.created)
        packages = [image] + parts
        relationships =
            [.init(spdxElementId: id, relationshipType: "DESCRIBES", relatedSpdxElement: image.id)]
            + parts.map {
                .init(spdxElementId: image.id, relationshipType: "CONTAINS", relatedSpdxElement: $0.id)
            }
        hasExtractedLicensingInfos = Self.extracted(bill.components)
    }

    /// The licences that SPDX has no name for, in the packages' own words; the texts lie in the image.
    private static func extracted(_ components: [Component]) -> [ExtractedLicence]? {
        let all = components.compactMap(\.licence?.references).flatMap(\.self)
        let once = Dictionary(all.map { ($0.key, $0.value) }) { min($0, $1) }
        let list = once.sorted { $0.key < $1.key }.map { id, words in
            ExtractedLicence(
                licenseId: id, name: words.escaped,
                extractedText: "The package calls it \"\(words.escaped)\"; its text is in the package.")
        }
        return list.isEmpty ? nil : list
    }
}

extension SPDXDocument {
    struct Package: Encodable {
        var id: String
        var name: String
        var versionInfo: String
        var supplier: String
        var primaryPackagePurpose: String
        var packageFileName: String?
        var sourceInfo: String?
        var checksums: [Checksum]?
        var licenseDeclared = "NOASSERTION"
        var licenseConcluded = "NOASSERTION"
        var copyrightText = "NOASSERTION"
        /// Locks hold no addresses, so there is none to state.
        var downloadLocation = "NOASSERTION"
        var filesAnalyzed = false
        var externalRefs: [Reference]

        enum CodingKeys: String, CodingKey {
            case name, versionInfo, supplier, primaryPackagePurpose, packageFileName, sourceInfo, checksums
            case licenseDeclared, licenseConcluded, copyrightText, downloadLocation, filesAnalyzed, externalRefs
            case id = "SPDXID"
        }
    }

    struct Checksum: Encodable {
        var algorithm = "SHA256"
        var checksumValue: String
    }

    struct Reference: Encodable {
        var referenceCategory = "PACKAGE-MANAGER"
        var referenceType = "purl"
        var referenceLocator: String
    }
}

extension SPDXDocument.Package {
    init(imageOf bill: BillOfMaterials) {
        id = "SPDXRef-image"
        name = bill.name
        versionInfo = "\(bill.manifest)"
        supplier = bill.imageSupplier.spdx
        primaryPackagePurpose = "CONTAINER"
        checksums = [.init(checksumValue: bill.manifest.hex)]
        externalRefs = [.init(referenceLocator: "\(bill.purl)")]
    }

    init(_ component: Component, supplier: Supplier) {
        id = Self.identifier("\(component.kind.rawValue)-\(component.name)-\(component.version)")
        name = component.name
        versionInfo = component.version
        self.supplier = supplier.spdx
        primaryPackagePurpose = component.kind == .debian ? "INSTALL" : "LIBRARY"
        packageFileName = component.file
        sourceInfo = component.source.map { "built from the Debian source package \($0)" }
        checksums = component.sha256.map { [.init(checksumValue: $0.hex)] }
        licenseDeclared = component.licence?.text ?? "NOASSERTION"
        externalRefs = [.init(referenceLocator: "\(component.purl)")]
    }

    /// Letters, digits, dots and hyphens; any other byte is a dot and its hex digits, so that names stay apart.
    private static func identifier(_ text: String) -> String {
        "SPDXRef-"
            + text.utf8.map { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E: String(UnicodeScalar(byte))
                default: "." + String(byte, radix: 16)
                }
            }.joined()
    }
}

extension Supplier {
    /// `Organization: NAME (address)`; brackets would end the name for readers.
    fileprivate var spdx: String {
        let plain = name.replacing("(", with: "[").replacing(")", with: "]")
        return "\(isOrganization ? "Organization" : "Person"): \(plain)" + (mail.map { " (\($0))" } ?? "")
    }
}
