internal import BerthArchive

/// A bill of materials as CycloneDX 1.6 JSON (ECMA-424; field names: bom-1.6.schema.json).
struct CycloneDXDocument: Encodable {
    var schema = "http://cyclonedx.org/schema/bom-1.6.schema.json"
    var bomFormat = "CycloneDX"
    var specVersion = "1.6"
    var serialNumber: String
    var version = 1
    var metadata: Metadata
    var components: [Part]
    var dependencies: [Dependency]

    enum CodingKeys: String, CodingKey {
        case bomFormat, specVersion, serialNumber, version, metadata, components, dependencies
        case schema = "$schema"
    }

    struct Metadata: Encodable {
        var timestamp: String
        var tools = Tools()
        var component: Part
    }

    struct Tools: Encodable {
        var components = [Tool()]
    }

    struct Tool: Encodable {
        var type = "application"
        var name = "berth"
    }

    struct Dependency: Encodable {
        var ref: String
        var dependsOn: [String]?
    }

    init(_ bill: BillOfMaterials) {
        let image = Part(imageOf: bill)
        let parts = bill.components.map { Part($0, supplier: bill.supplier(of: $0)) }
        serialNumber = "urn:uuid:\(bill.identifier)"
        metadata = Metadata(timestamp: bill.created, component: image)
        components = parts
        dependencies =
            [.init(ref: image.reference, dependsOn: parts.map(\.reference).sorted())]
            + parts.map { .init(ref: $0.reference) }
    }
}

extension CycloneDXDocument {
    struct Part: Encodable {
        var type: String
        var reference: String
        var name: String
        var version: String
        var purl: String
        var supplier: Organization
        var hashes: [Hash]?
        var licenses: [Licence]?

        enum CodingKeys: String, CodingKey {
            case type, name, version, purl, supplier, hashes, licenses
            case reference = "bom-ref"
        }
    }

    struct Hash: Encodable {
        var alg = "SHA-256"
        var content: String
    }

    struct Licence: Encodable {
        var expression: String
    }

    struct Organization: Encodable {
        var name: String
        var contact: [Contact]?
    }

    struct Contact: Encodable {
        var email: String
    }
}

extension CycloneDXDocument.Part {
    init(imageOf bill: BillOfMaterials) {
        type = "container"
        reference = "\(bill.purl)"
        name = bill.name
        version = "\(bill.manifest)"
        purl = "\(bill.purl)"
        supplier = .init(bill.imageSupplier)
        hashes = [.init(content: bill.manifest.hex)]
    }

    init(_ component: Component, supplier: Supplier) {
        type = "library"
        reference = "\(component.purl)"
        name = component.name
        version = component.version
        purl = "\(component.purl)"
        self.supplier = .init(supplier)
        hashes = component.sha256.map { [.init(content: $0.hex)] }
        licenses = component.licence.map { [.init(expression: $0.text)] }
    }
}

extension CycloneDXDocument.Organization {
    init(_ supplier: Supplier) {
        name = supplier.name
        contact = supplier.mail.map { [.init(email: $0)] }
    }
}
