internal import ArgumentParser
internal import BerthArchive
internal import BerthImage
internal import BerthReport
internal import BerthSystem
internal import SystemPackage

struct ImageSign: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sign", abstract: "Sign a version's provenance with a P-256 key, beside the signatures of others.")

    @Argument(help: "The version: python, python:latest, python:2026.11.23 or a digest.")
    var version: String

    @Option(
        help:
            "The private key, as PEM (default: $BERTH_SIGNING_KEY, else signing.pem beside berth.yaml, made if absent)."
    )
    var key: String?

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let store = try common.openStore()
        let version = try VersionCatalog(store).resolve(version)
        let opened = try SigningKeyFile.open(key.map { FilePath($0) })
        let signed = try ImageSigner(store: store).sign(version, with: opened.key)
        let id = opened.key.verifying.id.hex
        let count = signed.attachments?.count { $0.isSignature } ?? 0
        try common.show(
            PlainReport(
                "signed \(signed.reference)",
                [
                    .init("key", id), .init("file", opened.path.string), .init("made", opened.isNew ? "now" : "before"),
                    .init("signatures", "\(count)"),
                ], identifiers: [id]))
    }
}
