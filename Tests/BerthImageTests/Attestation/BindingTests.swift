import BerthArchive
import BerthStore
import BerthSystem
import BerthTestSupport
import SystemPackage
import Testing

@testable import BerthImage

/// A signed bill of materials counts for its own platform and in its own form only.
struct BindingTests {
    private let folder: TemporaryFolder
    private let store: Store
    private let pair: SignedPair

    init() throws {
        folder = try TemporaryFolder("binding")
        store = try Store.open(folder.path.appending("store"))
        pair = try SignedPair()
    }

    /// A signed version of two platforms; nothing but its documents is there.
    private func version() throws -> Version {
        let session = try store.beginIngest(purpose: "test")
        let images = try ["linux/arm64", "linux/amd64"].compactMap { Platform(parsing: $0) }.map { platform in
            let manifest = Array("the manifest of \(platform)".utf8)
            return PlatformImage(
                platform: platform, manifest: try session.add(manifest), manifestSize: ByteCount(manifest.count),
                config: Digest.of("config"), configSize: ByteCount(1), layers: [])
        }
        let index = try session.add(Array("the index".utf8))
        let bare = Version(
            name: "pair", tag: "1", index: index, indexSize: ByteCount(9), platforms: images, lock: nil, recipe: index,
            built: 1, epoch: 1, compressor: "", inputs: index, blobs: [index], refs: [])
        return bare.with(
            attachments: try pair.attachments(images, index: .init(index: index, size: ByteCount(9)), session))
    }

    /// The version with another document under a platform's bill of materials in a form.
    private func exchanging(
        _ format: BillFormat, of platform: Int, by other: (format: BillFormat, platform: Int)
    ) throws -> Version {
        let version = try version()
        var attachments = version.attachments ?? []
        func place(_ format: BillFormat, _ platform: Int) throws -> Int {
            try #require(
                attachments.firstIndex { $0.bill == format && $0.subject == version.platforms[platform].manifest })
        }
        let content = try store.read(
            attachments[place(other.format, other.platform)].content, limit: ByteCount(1 << 20))
        let session = try store.beginIngest(purpose: "test")
        attachments[try place(format, platform)] = try AttachmentWriter(session: session, epoch: 1).attach(
            content, format.mediaType, to: .init(version.platforms[platform]))
        return version.with(attachments: attachments)
    }

    @Test func `a whole version of two platforms is good`() throws {
        try pair.verify(version(), in: store)
    }

    @Test func `another platform's bill of materials is not this one's, though it is signed`() async throws {
        let error = try await Desk.failure {
            try pair.verify(exchanging(.spdx, of: 0, by: (.spdx, 1)), in: store)
        }
        #expect(error.what.contains("for linux/arm64 is not the one that was signed"), "\(error)")
    }

    @Test func `a signed document in one form is none in another`() async throws {
        let error = try await Desk.failure {
            try pair.verify(exchanging(.spdx, of: 0, by: (.cyclonedx, 0)), in: store)
        }
        #expect(error.what.contains("is not the one that was signed"), "\(error)")
    }
}
