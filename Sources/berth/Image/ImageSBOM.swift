internal import ArgumentParser
internal import BerthArchive
internal import BerthImage
internal import BerthReport
internal import BerthSystem
internal import SystemPackage

struct ImageSBOM: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sbom", abstract: "Print a version's bill of materials: every package with licence, hash and purl."
    )

    @OptionGroup var version: VersionArgument

    @Option(help: "The form: spdx (SPDX 2.3) or cyclonedx (CycloneDX 1.6), both as JSON.")
    var format = BillFormat.spdx

    @Option(name: .shortAndLong, help: "The file to write (default: standard output).")
    var output: String?

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let store = try common.openStore()
        let (found, images) = try version.find(store)
        guard let image = images.first else {
            throw BerthError(.damaged, "\(found.reference) holds no image", remedy: "build it again")
        }
        let bytes = try found.bill(format, for: image, in: store)
        guard let output, output != "-" else { return try Console.write(String(decoding: bytes, as: UTF8.self)) }
        try Files.writeAtomically(bytes, to: FilePath(output))
        try common.show(
            PlainReport(
                "wrote the bill of materials of \(found.reference) for \(image.platform)",
                [.init("file", output), .init("format", format.rawValue), .init("digest", "\(Digest.of(bytes))")],
                identifiers: [output]))
    }
}

extension BillFormat: ExpressibleByArgument {}
