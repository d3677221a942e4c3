internal import BerthArchive
package import BerthStore
internal import BerthSystem

extension Version {
    /// The bill of materials of one platform, as it is attached; without one the error says why.
    package func bill(_ format: BillFormat, for image: PlatformImage, in store: Store) throws -> [UInt8] {
        let found = (attachments ?? []).first { $0.bill == format && $0.subject == image.manifest }
        guard let found else {
            throw BerthError(
                .usage, "\(reference) has no bill of materials in the form \(format.rawValue) for \(image.platform)",
                place: lock == nil
                    ? "it was built from a Dockerfile or pulled without attachments" : "an older Berth built it",
                remedy: "build it from a lock: berth image build \(name)")
        }
        return try store.read(found.content, limit: ByteCount(64 << 20))
    }
}
