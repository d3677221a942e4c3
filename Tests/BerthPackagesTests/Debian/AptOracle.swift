import BerthArchive
import BerthPackages
import BerthSystem
import Foundation
import SystemPackage

/// A real apt in a root of its own, with an empty package status: what it answers is the specification.
struct AptOracle: Sendable {
    let root: FilePath
    let request: DebianRequest

    /// Makes the root and reads the indexes of the machine's configured archives for a suite.
    static func make(suite: String, architecture: DebianArchitecture) async throws -> AptOracle {
        let root = FilePath(NSTemporaryDirectory()).appending("berth-apt-\(UUID().uuidString)")
        let oracle = AptOracle(
            root: root, request: DebianRequest(suite: suite, architecture: architecture, packages: []))
        for folder in ["etc/apt/apt.conf.d", "etc/apt/preferences.d", "var/lib/dpkg", "var/cache/apt/archives/partial"]
            + ["var/lib/apt/lists/partial", "etc/apt/sources.list.d", "etc/apt/trusted.gpg.d"]
        {
            try Files.makeDirectory(root.pushing(FilePath(folder)))
        }
        try Files.writeAtomically("", to: root.appending("var/lib/dpkg/status"))
        let sources = try DebianSources.choose(apt: .read())
        let keyring = "[signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]"
        let (main, security) = (sources.main[0].address, sources.security[0].address)
        try Files.writeAtomically(
            """
            deb \(keyring) \(main) \(suite) main
            deb \(keyring) \(main) \(suite)-updates main
            deb \(keyring) \(security) \(suite)-security main

            """, to: root.appending("etc/apt/sources.list"))
        try Files.writeAtomically(oracle.settings, to: root.appending("apt.conf"))
        _ = try await oracle.run(["update", "-qq"])
        return oracle
    }

    private var settings: String {
        """
        Dir "\(root)";
        Dir::State::status "\(root)/var/lib/dpkg/status";
        APT::Architecture "\(request.architecture.rawValue)";
        APT::Architectures { "\(request.architecture.rawValue)"; };
        APT::Install-Recommends "false";
        APT::Sandbox::User "root";
        Acquire::Languages "none";
        Acquire::Check-Valid-Until "false";
        Acquire::GzipIndexes "false";
        Acquire::IndexTargets::deb::DEP-11 { DefaultEnabled "false"; };

        """
    }

    /// The plain index files that apt has fetched, as Berth reads them.
    func indexes() throws -> [PackagesIndex] {
        let lists = root.appending("var/lib/apt/lists")
        let names = try Files.list(lists)
        return try [("", DebianArchiveKind.main), ("-updates", .main), ("-security", .security)].map { suffix, kind in
            let suite = request.suite + suffix
            let name = names.first { $0.contains("_dists_\(suite)_main_") && $0.hasSuffix("_Packages") } ?? "missing"
            return try PackagesIndex(
                try Files.read(lists.appending(name), limit: 200 << 20),
                origin: DebianIndexOrigin(suite: suite, archive: kind))
        }
    }

    /// apt's choice for the essential packages with those named: `name version size`, sorted; nil when it finds none.
    ///
    /// `--print-uris` because simulating (`-s`) checks the state after each step and takes four times as long.
    func choice(essential: [String], _ packages: [String], recommends: Bool = false) async throws -> [String]? {
        let option = recommends ? "--install-recommends" : "--no-install-recommends"
        let outcome = try await run(
            ["install", "-qq", "-y", "--print-uris", option] + essential + packages, mayFail: true)
        guard outcome.succeeded else { return nil }
        return outcome.output.split(separator: "\n").filter { $0.hasPrefix("'") }.map { line in
            let words = line.split(separator: " ")
            let parts = words[1].split(separator: "_")
            return "\(parts[0]) \(parts[1].replacing("%3a", with: ":")) \(words[2])"
        }.sorted()
    }

    private func run(_ arguments: [String], mayFail: Bool = false) async throws -> Command.Outcome {
        var command = Command(try Programs.require("apt-get", remedy: "install apt"), arguments)
        command.environment = ["APT_CONFIG": root.appending("apt.conf").string, "LC_ALL": "C"]
        command.limit = .seconds(300)
        let outcome = try await command.run()
        guard mayFail || outcome.succeeded else {
            throw BerthError(.failed, "apt-get failed", done: outcome.errors)
        }
        return outcome
    }

    func remove() { try? Files.removeTree(root) }
}
