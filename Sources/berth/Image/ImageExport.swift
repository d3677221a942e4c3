internal import ArgumentParser
internal import BerthImage
internal import BerthReport
internal import SystemPackage

struct ImageExport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write a version as an archive that Docker, Podman and Apple container load.")

    @OptionGroup var version: VersionArgument

    @Option(name: .shortAndLong, help: "The file to write; - writes to standard output.")
    var output: String

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let store = try common.openStore()
        let version = try version.find(store)
        let archive = try HybridArchive(version.0, platforms: version.1, store: store)
        if output == "-" { return try await Console.streaming { try await ImageExporter(archive).export() } }
        let size = try await ImageExporter(archive).export(to: FilePath(output))
        try common.show(
            PlainReport(
                "exported \(version.0.reference)", [.init("file", output), .init("size", "\(size)")],
                identifiers: [output]))
    }
}
