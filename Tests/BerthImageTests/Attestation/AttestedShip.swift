import BerthArchive
import BerthStore
import BerthSystem
import BerthTestSupport
import Foundation
import SystemPackage
import Testing

@testable import BerthImage

/// Ours: Testing has an `Attachment` too.
typealias Attached = BerthImage.Attachment

/// A built version whose attachments a test exchanges, and what `berth` then says of it.
struct AttestedShip {
    let yard: Yard
    let store: Store

    init(_ yard: Yard) throws {
        self.yard = yard
        store = try Store.open(yard.store)
    }

    var version: Version { get throws { try VersionCatalog(store).resolve("ship") } }
    var key: SigningKey { get throws { try SigningKeyFile.read(keyFile) } }
    var keyFile: FilePath { BuiltProgram.signingKey(yard.store) }

    /// `berth image VERB ship …`.
    func berth(_ verb: String, _ more: String...) async throws -> Command.Outcome {
        try await BuiltProgram.command(["image", verb, "ship"] + more, home: yard.store).run()
    }

    /// Gives the version other attachments.
    func exchange(_ change: (inout [Attached], AttachmentWriter) throws -> Void) throws {
        let session = try store.beginIngest(purpose: "a test")
        defer { session.release() }
        let version = try version
        var attachments = version.attachments ?? []
        try change(&attachments, AttachmentWriter(session: session, epoch: version.epoch))
        try session.commit()
        try VersionCatalog(store).replace(version, by: version.with(attachments: attachments))
    }

    /// Puts a document in the place of the one of that type.
    func exchange(_ type: String, by content: [UInt8], of subject: Digest? = nil) throws {
        try exchange { attachments, writer in
            let old = try #require(attachments.firstIndex { $0.artifactType == type })
            let size = type == SignatureBundle.mediaType ? try version.indexSize : try version.platforms[0].manifestSize
            let target = ImageDocuments.Descriptor(
                mediaType: MediaType.index, digest: subject ?? attachments[old].subject, size: size)
            attachments[old] = try writer.attach(content, type, to: target)
        }
    }

    func content(_ type: String) throws -> [UInt8] {
        let found = try #require(try version.attachments?.first { $0.artifactType == type })
        return try store.read(found.content, limit: ByteCount(1 << 24))
    }

    func bundle() throws -> SignatureBundle { try SignatureBundle(parsing: content(SignatureBundle.mediaType)) }

    static func setMode(_ path: FilePath, _ mode: Int) throws {
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path.string)
    }
}

/// Runs a test with a version that was just built and signed.
func withShip(_ body: (AttestedShip) async throws -> Void) async throws {
    try await withArchive { archive, mirror in
        let yard = try Yard(archive, mirror)
        _ = try await yard.build()
        try await body(AttestedShip(yard))
    }
}
