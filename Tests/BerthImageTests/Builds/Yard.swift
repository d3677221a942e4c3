import BerthArchive
import BerthSystem
import BerthTestSupport
import Foundation
import SystemPackage

/// One place where images are built: a recipe's folder and a store, worked on by the built program.
final class Yard: Sendable {
    let folder: TemporaryFolder
    let archive: SmallArchive
    let mirror: Mirror

    init(_ archive: SmallArchive, _ mirror: Mirror, recipe text: String = Yard.recipe) throws {
        folder = try TemporaryFolder("yard")
        self.archive = archive
        self.mirror = mirror
        try folder.write(["ship/berth.yaml": .text(text)])
    }

    static let recipe = """
        name: ship
        platforms: [linux/amd64]
        debian: {suite: harbour, packages: [rope, anchor, lamp]}
        user: {name: runner, id: 1001}
        files: [{path: /etc/motd, text: "hello\\n"}]

        """

    var store: FilePath { folder.path.appending("store") }
    var recipe: FilePath { folder.path.appending("ship") }

    /// Runs a command of `berth image` on the recipe; the archive comes from the mirror.
    func command(_ verb: String, _ more: [String] = []) throws -> Command {
        let supply = [
            "--debian-mirror", "\(mirror.address)/debian", "--debian-security-mirror",
            "\(mirror.address)/debian-security", "--debian-keyring", archive.keyring.string,
        ]
        var command = try BuiltProgram.command(["image", verb, recipe.string, "--json"] + supply + more, home: store)
        // Many tests run at the same time.
        command.limit = .seconds(300)
        return command
    }

    /// Builds and tells what came of it.
    func build(_ more: [String] = []) async throws -> BuiltImage {
        try BuiltImage(try await command("build", more).output())
    }

    /// Whether the store is whole, with every blob read.
    func checkStore() async throws -> Command.Outcome {
        try await BuiltProgram.command(["store", "check", "--read-data"], home: store).run()
    }
}

/// What `berth image build --json` says, as far as these tests ask.
struct BuiltImage: Decodable, Equatable {
    struct Layer: Decodable, Equatable {
        let name: String
        let digest: String
        let diffID: String
    }
    struct Platform: Decodable, Equatable {
        let manifest: String
        let config: String
        let layers: [Layer]
    }
    let version: String
    let digest: String
    let platforms: [Platform]

    init(_ output: String) throws {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        self = try decoder.decode(BuiltImage.self, from: Data(output.utf8))
    }

    /// Names of the layers, and each one's digest by name.
    var layers: [String] { platforms.flatMap(\.layers).map(\.name) }
    subscript(layer: String) -> String? { platforms.first?.layers.first { $0.name == layer }?.digest }
}

/// Runs a test with a small archive and a mirror that serves it.
func withArchive(_ body: (SmallArchive, Mirror) async throws -> Void) async throws {
    let archive = try await SmallArchive()
    try await archive.publish()
    try await Mirror.serving(folder: archive.folder.path) { try await body(archive, $0) }
}
