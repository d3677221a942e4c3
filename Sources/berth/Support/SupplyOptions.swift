internal import ArgumentParser
internal import BerthImage
internal import BerthPackages
internal import BerthSystem
internal import SystemPackage

/// Where packages come from, for commands that may fetch some.
struct SupplyOptions: ParsableArguments {
    @Option(help: "Address of the Debian archive; may be repeated.")
    var debianMirror: [String] = []

    @Option(help: "Address of Debian's security archive; may be repeated.")
    var debianSecurityMirror: [String] = []

    @Option(help: "A further keyring that may sign Debian suites.")
    var debianKeyring: String?

    @Option(help: "Address of the Python package index.")
    var pythonIndex: String?

    @Option(help: "Address of the npm registry.")
    var npmRegistry: String?

    @Flag(help: "Fetch nothing: everything must be in the store.")
    var offline = false

    func configuration() throws -> SupplyConfiguration {
        var configuration = SupplyConfiguration()
        configuration.debian = .init(main: debianMirror, security: debianSecurityMirror)
        configuration.keyring = debianKeyring.map { FilePath($0) }
        configuration.pythonIndex = pythonIndex
        configuration.npmRegistry = npmRegistry
        configuration.offline = offline
        configuration.user = try UserConfiguration.read()
        if Machine.isTerminal(.standardInput) && Machine.isTerminal(.standardError) {
            configuration.ask = { Self.askForArchive() }
        }
        return configuration
    }
}

extension SupplyOptions {
    /// Asked once, on a machine without apt; the answer is kept in the user's berth.yaml.
    private static func askForArchive() -> String? {
        Console.note(
            """
            Nothing on this machine says where Debian packages come from (it has no apt configuration).
            Address of a Debian archive (ends in /debian; kept in \(UserConfiguration.path)):
            """ + " ")
        return readLine()?.split(whereSeparator: \.isWhitespace).first.map(String.init)
    }
}

/// Which recipe a command works on.
struct RecipeArgument: ParsableArguments {
    @Argument(help: "The recipe: a name below the images folder, or a folder with a berth.yaml.")
    var recipe: String

    @Option(help: "The folder of recipes (default: $BERTH_IMAGES, else images).")
    var images: String?

    /// Whether there is such a recipe.
    var isThere: Bool { found != nil }

    private var found: FilePath? { candidates.first { Files.exists($0.appending("berth.yaml")) } }

    private var candidates: [FilePath] {
        let given = FilePath(recipe)
        let below = FilePath(images ?? Machine.environment("BERTH_IMAGES") ?? "images").pushing(given)
        return recipe.contains("/") || recipe == "." ? [given] : [below, given]
    }

    /// The recipe's folder.
    func folder() throws -> FilePath {
        if let found { return found }
        throw BerthError(
            .usage, "there is no recipe \(recipe.escaped)",
            place: "looked for \(candidates.map { $0.appending("berth.yaml").string }.joined(separator: " and "))",
            remedy: "name a folder with a berth.yaml, or say where recipes lie with --images")
    }
}
