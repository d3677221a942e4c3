import BerthArchive
import BerthStore
import BerthTestSupport
import SystemPackage

@testable import BerthImage

/// Signs versions of two platforms that no build made, as a build would.
struct SignedPair {
    let key: SigningKey
    private let recipe: Recipe

    init() throws {
        key = try SigningKey()
        let folder = try TemporaryFolder("recipe")
        recipe = try RecipeReader.read(folder.write(["berth.yaml": .text(Yard.recipe)]))
    }

    /// The attachments of a build of these images.
    func attachments(
        _ images: [PlatformImage], index: ImageDocuments.Descriptor, _ session: IngestSession
    ) throws -> [Attached] {
        try Attester(session: session, recipe: recipe, epoch: 1, key: key).attach(
            images.map { PlatformBuild(image: $0, components: []) }, index: index,
            .init(lock: Digest.of("lock"), files: [], inputs: Digest.of("inputs"), compressor: "none"))
    }

    /// Attaches bills of materials and signed provenance to a version of the store.
    func sign(_ version: Version, in store: Store) throws -> Version {
        let session = try store.beginIngest(purpose: "test")
        defer { session.release() }
        let made = try attachments(
            version.platforms, index: .init(index: version.index, size: version.indexSize), session)
        try session.commit()
        let signed = version.with(attachments: made)
        try VersionCatalog(store).replace(version, by: signed)
        return signed
    }

    func verify(_ version: Version, in store: Store) throws {
        _ = try AttestationVerifier(store: store).verify(version) { key.verifying }
    }
}
