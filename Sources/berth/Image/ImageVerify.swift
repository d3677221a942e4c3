internal import ArgumentParser
internal import BerthArchive
internal import BerthImage
internal import BerthReport
internal import BerthStore
internal import BerthSystem
internal import SystemPackage

struct ImageVerify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check a version's digests, signature, provenance and bill of materials; --rebuild builds it again.")

    @OptionGroup var recipe: RecipeArgument

    @Option(help: "The version (default: the recipe's newest, or the one that NAME is).")
    var version: String?

    @Option(help: "The signer's public key, as PEM (default: the public half of your own).")
    var key: String?

    @Flag(help: "Check digests only: not who answers for the image.")
    var digestsOnly = false

    @Flag(help: "Build it again from its lock, with nothing kept, and compare.")
    var rebuild = false

    @OptionGroup var supply: SupplyOptions
    @OptionGroup var common: CommonOptions

    func run() async throws {
        let recipe = try rebuild || recipe.isThere ? RecipeReader.read(recipe.folder()) : nil
        let store = try common.openStore()
        let version = try VersionCatalog(store).resolve(version ?? recipe?.name ?? self.recipe.recipe)
        let verifier = VersionVerifier(
            store: store, progress: common.sink(), configuration: try supply.configuration())
        let blobs = try await verifier.verify(version)
        let attestation = digestsOnly ? nil : try AttestationVerifier(store: store).verify(version) { try publicKey() }
        var rows: [RebuildReport.Row]?
        if rebuild, let recipe {
            rows = try await verifier.rebuild(version, recipe: recipe, in: self.recipe.folder())
        }
        let report = RebuildReport(
            version: version.reference, blobs: blobs, rebuilt: rows, attestation: attestation)
        try common.show(report)
        guard report.isGood else {
            throw BerthError(
                .damaged, "\(version.reference) can't be reproduced",
                remedy: "report the layers named above: equal locks must give equal layers")
        }
    }

    private func publicKey() throws -> VerifyingKey {
        try key.map { try SigningKeyFile.readPublic(FilePath($0)) } ?? SigningKeyFile.readOwnPublic()
    }
}
