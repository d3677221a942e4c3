package import BerthArchive
package import BerthStore
internal import BerthSystem
internal import Foundation

/// Signs the provenance of a version that is there already.
package struct ImageSigner: Sendable {
    let store: Store

    package init(store: Store) { self.store = store }

    /// A version under a new signature; one of the same key is replaced, those of others stay.
    package func sign(_ version: Version, with key: SigningKey) throws -> Version {
        let session = try store.beginIngest(purpose: "sign \(version.reference)")
        defer { session.release() }
        let statement = try statement(of: version)
        let made = try AttachmentWriter(session: session, epoch: version.epoch).attach(
            statement: statement, signedBy: key, to: .init(index: version.index, size: version.indexSize))
        try session.commit()
        let kept = (version.attachments ?? []).filter {
            $0.subject != version.index || !$0.isStatement && !isOf(made.key, $0)
        }
        let signed = version.with(attachments: kept + [made])
        try VersionCatalog(store).replace(version, by: signed)
        return signed
    }

    /// What there is to sign: the provenance that the build made, checked to be of this image.
    private func statement(of version: Version) throws -> [UInt8] {
        let own = (version.attachments ?? []).filter { $0.subject == version.index }
        for attachment in own where attachment.isSignature || attachment.isStatement {
            let bytes = try store.read(attachment.content, limit: SignatureBundle.largest)
            let statement = attachment.isStatement ? bytes : (try? payload(bytes))
            guard let statement, isAbout(version, statement) else { continue }
            return statement
        }
        throw BerthError(
            .usage, "\(version.reference) has no provenance that could be signed",
            place: origin(version), done: "nothing was signed",
            remedy: "build it from a lock: berth image build \(version.name)")
    }

    private func origin(_ version: Version) -> String {
        if version.attachments?.contains(where: { $0.isSignature || $0.isStatement }) == true {
            return "what is attached speaks of another index: of the whole image, where this is a part of it"
        }
        return version.lock == nil
            ? "it was built from a Dockerfile or pulled without attachments" : "its build attached nothing that fits"
    }

    private func isOf(_ key: Digest?, _ attachment: Attachment) -> Bool {
        guard attachment.isSignature, attachment.key == nil else { return attachment.key == key }
        let bytes = try? store.read(attachment.content, limit: SignatureBundle.largest)
        return bytes.map { attachment.naming(keyIn: $0).key == key } ?? false
    }

    private func payload(_ bytes: [UInt8]) throws -> [UInt8] {
        Array(try SignatureBundle(parsing: bytes).dsseEnvelope.payload)
    }

    private func isAbout(_ version: Version, _ statement: [UInt8]) -> Bool {
        let summary = try? JSONDecoder().decode(StatementSummary.self, from: Data(statement))
        let named = Set((summary?.subject ?? []).compactMap(\.sha256))
        return ([version.index] + version.platforms.map(\.manifest)).allSatisfy(named.contains)
    }
}
