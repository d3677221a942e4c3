import BerthArchive
import BerthPackages
import BerthRegistry
import BerthReport
import BerthStore
import BerthSystem
import BerthTestSupport
import SystemPackage
import Testing

/// Berth's choice beside apt's, on the real archive: both suites, both architectures.
@Suite struct DebianResolutionTests {
    static let sets: [[String]] = [
        // The Python image.
        ["bash", "coreutils", "git", "curl", "ca-certificates", "openssh-client", "zstd", "xz-utils", "unzip", "jq"]
            + ["build-essential", "python3", "python3-venv", "python3-dev"],
        // A browser image: 600 packages, fonts, a display stack.
        ["nodejs", "npm", "chromium", "fonts-liberation", "fonts-noto-color-emoji", "git", "ca-certificates"],
        // Virtual packages: awk asked for by name, a default mail agent, one that is asked for instead.
        ["original-awk", "gawk", "autoconf"],
        ["logwatch", "default-mta"],
        ["logwatch", "postfix"],
        // Providers that apt can only tell apart by its own numbering; versioned provides.
        ["python3-numpy", "python3-scipy"],
        ["librust-tokio-dev", "libghc-aeson-dev"],
        // An alternative that the request decides; init systems that conflict.
        ["usr-is-merged", "sysvinit-core", "dbus-user-session"],
        // Conflicts without an answer.
        ["postfix", "exim4"],
        ["libcurl4-openssl-dev", "libcurl4-gnutls-dev"],
        // Services with many alternatives, and apt itself.
        ["apt", "apache2", "libapache2-mod-php", "mariadb-server", "systemd-sysv", "network-manager"],
    ]

    @Test(.linuxOnly("apt"), arguments: ["trixie", "bookworm"], DebianArchitecture.allCases)
    func `eleven package sets resolve as apt resolves them`(
        suite: String, architecture: DebianArchitecture
    ) async throws {
        let oracle = try await AptOracle.make(suite: suite, architecture: architecture)
        defer { oracle.remove() }
        let indexes = try oracle.indexes()
        let base = try DebianResolver.resolve(oracle.request, in: indexes)
        let essential = base.filter(\.isEssential).map(\.name)
        for (number, set) in Self.sets.enumerated() {
            var request = oracle.request
            request.packages = set
            request.recommends = number == 0
            let expected = try await oracle.choice(essential: essential, set, recommends: number == 0)
            let chosen = try? DebianResolver.resolve(request, in: indexes)
                .map { "\($0.name) \($0.version) \($0.size.value)" }.sorted()
            #expect(chosen == expected, "\(set)")
        }
    }

    @Test(.linuxOnly("apt's sources")) func `the configured archive's signed indexes lead to the Python image`()
        async throws
    {
        let folder = try TemporaryFolder("archive")
        let store = try Store.open(folder.path)
        let session = try store.beginIngest(purpose: "a test")
        defer { session.release() }
        let archive = DebianArchive(
            sources: try .choose(apt: .read()),
            fetcher: Fetcher(store: store, session: session, progress: NoProgress()), store: store,
            verifier: try ReleaseVerifier())
        let requests = DebianArchitecture.allCases.map {
            DebianRequest(suite: "trixie", architecture: $0, packages: Self.sets[0])
        }
        let resolutions = try await archive.resolve(requests)
        for (request, resolution) in zip(requests, resolutions) {
            #expect(resolution.architecture == request.architecture)
            #expect(resolution.suites.map(\.name) == ["trixie", "trixie-updates", "trixie-security"])
            #expect(resolution.suites.allSatisfy { $0.date > 1_700_000_000 })
            #expect(Set(request.packages).isSubset(of: resolution.packages.map(\.name)))
            #expect(resolution.packages.allSatisfy { !archive.addresses(of: $0).isEmpty })
        }
    }
}
