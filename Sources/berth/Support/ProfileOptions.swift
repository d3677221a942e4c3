internal import ArgumentParser
internal import BerthCache
internal import BerthImage
internal import BerthSystem
internal import Foundation
internal import SystemPackage

extension KeyMode: ExpressibleByArgument {}

/// What keys and folders of profiles depend on, where it is not as this process sees it.
struct ProfileOptions: ParsableArguments {
    @Option(help: "How keys are made: packages (what lockfiles resolve to) or files (GitHub's hashFiles).")
    var by: KeyMode?

    @Option(help: "A pattern of lockfiles that count instead of the profile's, from the checkout on. Repeatable.")
    var lockfile: [String] = []

    @Option(help: "A dependency group that is installed. Repeatable.")
    var group: [String] = []

    @Option(help: "An extra that is installed. Repeatable.")
    var extra: [String] = []

    @Option(help: "NAME=VALUE: a fact of the toolchain that is not to be found out here. Repeatable.")
    var toolchain: [String] = []

    @Option(help: "The Python whose version counts (default: python3 on the path).")
    var python: String?

    @Option(help: "The checkout's folder, as the job sees it (default: the current folder).")
    var root: String?

    @Option(help: "The home folder, as the job sees it (default: the user's).")
    var home: String?

    @Option(help: "FROM=TO: a folder of the job, and where it lies for this process. Repeatable.")
    var pathMap: [String] = []

    @Option(help: "NAME=VALUE: a variable of the job, besides those of this process. Repeatable.")
    var env: [String] = []

    @Flag(help: "Only --env says what the job's variables are: those of this process are its own.")
    var cleanEnv = false

    @Option(help: "The number of the job's user; for root, 0, Yarn 1 has another place (default: this process's).")
    var user: UInt32?

    @Option(help: "The folder of the profiles that Berth ships (default: $BERTH_PROFILES, else beside the program).")
    var profiles: String?

    @Flag(help: "With --by files: follow links to folders, as hashFiles does with its option of this name.")
    var followSymbolicLinks = false

    /// The folder that the command was started in.
    private static var current: FilePath { FilePath(FileManager.default.currentDirectoryPath) }

    /// Whatever makes the keys.
    func keys(_ trees: PathOptions? = nil) throws -> CheckoutKeys {
        let values = try values()
        let catalog = try ProfileCatalog(
            checkout: values.map.place(of: values.root),
            user: UserConfiguration.path.removingLastComponent().appending("cache"),
            named: profiles.map { FilePath($0) })
        var keys = CheckoutKeys(values, catalog)
        (keys.lockfiles, keys.mode, keys.followsLinks) = (lockfile, by, followSymbolicLinks)
        keys.choices = group.map { "group \($0)" } + extra.map { "extra \($0)" }
        keys.stated = try Self.pairs(toolchain, "--toolchain")
        keys.python = python
        keys.morePaths = (trees?.trees ?? []).map { SavedPath(label: $0.label, path: FilePath($0.path)) }
        return keys
    }

    private func values() throws -> PathValues {
        let root = Self.current.pushing(FilePath(root ?? ".")).lexicallyNormalized()
        let home = Self.current.pushing(self.home.map { FilePath($0) } ?? Machine.home).lexicallyNormalized()
        let environment = (cleanEnv ? [:] : Machine.variables).merging(try Self.pairs(env, "--env")) { $1 }
        var values = PathValues(
            root: root, home: home, environment: environment,
            system: try Toolchain(Self.pairs(toolchain, "--toolchain")).facts["os"] ?? ToolchainProbe.system)
        values.isRoot = user.map { $0 == 0 } ?? (Machine.userIdentifier == 0)
        for (from, place) in try Self.pairs(pathMap, "--path-map").sorted(by: { $0.key < $1.key }) {
            try values.map.add(from: FilePath(from), to: FilePath(place))
        }
        return values
    }

    /// `NAME=VALUE` texts, each name once.
    private static func pairs(_ texts: [String], _ option: String) throws -> [String: String] {
        var pairs: [String: String] = [:]
        for text in texts {
            guard let mark = text.firstIndex(of: "="), mark != text.startIndex else {
                throw ValidationError("\(option) \(text): write NAME=VALUE")
            }
            let name = String(text[..<mark])
            guard pairs.updateValue(String(text[text.index(after: mark)...]), forKey: name) == nil else {
                throw ValidationError("\(option) \(name)=… stands there twice")
            }
        }
        return pairs
    }
}
