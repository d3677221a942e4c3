package import BerthArchive
internal import BerthRegistry
package import BerthReport
package import BerthStore
internal import BerthSystem
internal import Foundation

/// Checks who answers for a version: its signature, that its provenance is of this image, and its bills of materials.
///
/// Whatever is missing or does not fit is an error (`.damaged`); nothing is passed over.
package struct AttestationVerifier: Sendable {
    let store: Store
    /// Bills of materials of large images have some MiB.
    private static let largestBill = ByteCount(64 << 20)

    package init(store: Store) { self.store = store }

    /// The version's attestation as a key vouches for it, which is asked for where there is a signature to check.
    package func verify(_ version: Version, key: () throws -> VerifyingKey) throws -> AttestationReport {
        let signatures = (version.attachments ?? []).filter { $0.isSignature && isTop($0.subject, of: version) }
        guard !signatures.isEmpty else { throw AttestationFault.noSignature.error(version) }
        let key = try key()
        let (statement, top) = try signed(version, signatures, key)
        try checkSubject(statement, top, version)
        let signed = statement.predicate.runDetails.byproducts ?? []
        let bills = try version.platforms.flatMap { try checkBills($0, signed, version) }
        return AttestationReport(
            key: key.id.hex, predicate: statement.predicateType,
            inputs: statement.predicate.buildDefinition.resolvedDependencies.count, bills: bills)
    }

    /// Whether a signature's subject is the version's index, or a registry's index of which it was pulled as a part: one
    /// that lists every image that is here.
    private func isTop(_ subject: Digest, of version: Version) -> Bool {
        if subject == version.index { return true }
        // Nobody signed the index that such a version has: it must hold these images and nothing else.
        let kept = Set(version.platforms.map(\.manifest))
        return version.blobs.contains(subject) && entries(of: version.index) == kept
            && entries(of: subject)?.isSuperset(of: kept) == true
    }

    /// The manifests that an index lists; nil for what is no index, or not there as its digest says.
    private func entries(of index: Digest) -> Set<Digest>? {
        guard let bytes = try? store.read(index, limit: RegistryManifest.limit), Digest.of(bytes) == index,
            let found = try? RegistryManifest(bytes), found.type.isList
        else { return nil }
        return Set(found.manifests.map(\.digest))
    }

    /// The statement under a signature of that key, and the index it is about; the most telling fault when there is none.
    private func signed(
        _ version: Version, _ signatures: [Attachment], _ key: VerifyingKey
    ) throws -> (statement: StatementSummary, top: Digest) {
        var others: [String] = []
        var faults: [String] = []
        for signature in signatures {
            do {
                let bundle = try SignatureBundle(parsing: contents(of: signature, version))
                guard bundle.keyID == key.id.hex else {
                    others.append(bundle.keyID)
                    continue
                }
                guard let payload = bundle.statement(signedBy: key) else {
                    faults.append("the signed statement is not what was signed")
                    continue
                }
                return (try summary(payload, version), signature.subject)
            } catch let fault as BundleFault { faults.append("\(fault)") }
        }
        if let fault = faults.first { throw AttestationFault.unfit(fault).error(version) }
        throw AttestationFault.otherKey(others, asked: key.id).error(version)
    }

    private func summary(_ payload: [UInt8], _ version: Version) throws -> StatementSummary {
        guard let statement = try? JSONDecoder().decode(StatementSummary.self, from: Data(payload)),
            statement.type == Provenance.statementType, statement.predicateType == Provenance.predicateType
        else { throw AttestationFault.unfit("what is signed is no SLSA provenance").error(version) }
        return statement
    }

    private func checkSubject(_ statement: StatementSummary, _ top: Digest, _ version: Version) throws {
        let named = Set(statement.subject.compactMap(\.sha256))
        guard ([top] + version.platforms.map(\.manifest)).allSatisfy(named.contains) else {
            throw AttestationFault.otherImage.error(version)
        }
    }

    /// The signed bills of one platform; SPDX must be there.
    private func checkBills(
        _ image: PlatformImage, _ signed: [Resource], _ version: Version
    ) throws -> [AttestationReport.Bill] {
        let attached = (version.attachments ?? []).filter { $0.subject == image.manifest }
        let found = try attached.compactMap { attachment -> AttestationReport.Bill? in
            guard let format = attachment.bill else { return nil }
            guard signed.contains(Resource(billOfMaterials: attachment)) else {
                throw AttestationFault.otherBill("\(image.platform)").error(version)
            }
            _ = try contents(of: attachment, version)
            return .init(platform: "\(image.platform)", format: format.rawValue, digest: "\(attachment.content)")
        }
        guard found.contains(where: { $0.format == BillFormat.spdx.rawValue }) else {
            throw AttestationFault.noBill("\(image.platform)").error(version)
        }
        return found
    }

    /// An attachment's document, where its manifest really says what the version's record says of it.
    private func contents(of attachment: Attachment, _ version: Version) throws -> [UInt8] {
        let limit = attachment.isSignature ? SignatureBundle.largest : Self.largestBill
        guard attachment.contentSize <= limit, attachment.manifestSize <= SignatureBundle.largest else {
            throw AttestationFault.unfit("an attachment is larger than \(limit)").error(version)
        }
        guard store.contains(attachment.manifest, size: attachment.manifestSize),
            store.contains(attachment.content, size: attachment.contentSize)
        else { throw AttestationFault.unfit("an attachment is missing, or of another size").error(version) }
        let bytes = try store.read(attachment.manifest, limit: SignatureBundle.largest)
        guard let manifest = try? JSONDecoder().decode(ImageDocuments.Manifest.self, from: Data(bytes)),
            manifest.subject?.digest == attachment.subject, manifest.artifactType == attachment.artifactType,
            manifest.layers.map(\.digest) == [attachment.content]
        else { throw AttestationFault.unfit("an attachment's manifest speaks of something else").error(version) }
        return try store.read(attachment.content, limit: limit)
    }
}

/// What can be wrong with a version's attestation, in words that tell one from the other.
enum AttestationFault {
    case noSignature
    case otherKey([String], asked: Digest)
    case unfit(String)
    case otherImage
    case noBill(String)
    case otherBill(String)

    func error(_ version: Version) -> BerthError {
        let name = version.reference
        let unchanged = "the image's own bytes may be whole: --digests-only checks just them"
        switch self {
        case .noSignature:
            return BerthError(
                .damaged, "\(name) has no signature", place: Self.origin(version), done: unchanged,
                remedy: version.attachments?.contains { $0.isStatement } == true
                    ? "sign it: berth image sign \(name)" : "build it from a lock, or get a signed one")
        case .otherKey(let keys, let asked):
            return BerthError(
                .damaged, "the signature of \(name) is of another key",
                place:
                    "signed by \(keys.map { String($0.prefix(12)).escaped }.joined(separator: ", ")), asked for \(asked.short)",
                done: unchanged, remedy: "name the signer's public key with --key, if you trust it")
        case .unfit(let why):
            return BerthError(
                .damaged, "the signature of \(name) does not fit: \(why)", done: "nothing of it is trusted",
                remedy: "get the image again from whoever signed it, or build it again")
        case .otherImage:
            return BerthError(
                .damaged, "the signed provenance is of another image than \(name)", place: "\(version.index)",
                done: "nothing of it is trusted", remedy: "get the image again from whoever signed it")
        case .noBill(let platform):
            return BerthError(
                .damaged, "\(name) has no bill of materials for \(platform)", done: unchanged,
                remedy: "build it again, or get it again with all that is attached")
        case .otherBill(let platform):
            return BerthError(
                .damaged, "the bill of materials of \(name) for \(platform) is not the one that was signed",
                done: "nothing of it is trusted", remedy: "get the image again from whoever signed it")
        }
    }

    private static func origin(_ version: Version) -> String {
        if version.attachments?.isEmpty == false { return "it has attachments, none of them a signature" }
        return version.lock == nil
            ? "it was built from a Dockerfile or pulled without attachments, so nothing says what it holds"
            : "it was built by a Berth that attached nothing"
    }
}
