import BerthSystem
import BerthTestSupport
import SystemPackage
import Testing

@testable import BerthCache

/// The profiles that Berth ships, and a machine for them.
enum Profiles {
    static let project = FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()
    static let catalog = ProfileCatalog(folders: [project.appending("cache")])

    /// Real lockfiles beside the project's folder.
    static let shared = project.removingLastComponent().pushing("shared/data")
    static var hasPairs: Bool { Files.exists(shared.pushing("lockfiles/index.json")) }

    /// The recorded year of lockfile changes, where it is at hand.
    static let trace = shared.appending("lockfile-trace.json.gz")
    static var hasTrace: Bool { Files.exists(trace) }

    static func named(_ name: String) throws -> CacheProfile { try catalog.profile(name) }

    /// A machine whose facts never change.
    static func toolchain(_ others: [String: String] = [:]) throws -> Toolchain {
        try Toolchain([
            "os": "Linux", "arch": "x86_64", "libc": "glibc 2.36", "python-implementation": "cpython",
            "python-version": "3.11.2", "python-abi": ".cpython-311-x86_64-linux-gnu.so",
            "python-path": "/usr/bin/python3.11", "node-version": "20.20.2", "node-abi": "115",
            "npm-version": "10.9.0", "pnpm-version": "10.5.2", "yarn-version": "4.6.0", "uv-version": "0.9.1",
        ])
        .stating(others)
    }

    static func values(
        _ environment: [String: String] = [:], system: String = "linux", root: FilePath = "/job/checkout"
    ) -> PathValues {
        PathValues(root: root, home: "/home/me", environment: environment, system: system)
    }

    /// A key of texts by their names.
    static func key(
        _ name: String, _ files: [String: String], toolchain: [String: String] = [:],
        _ change: (inout KeyRequest) -> Void = { _ in }
    ) throws -> ProfileKey {
        var request = KeyRequest(profile: try named(name), toolchain: try Self.toolchain(toolchain))
        request.files = files.map { PostedFile(name: $0.key, bytes: Array($0.value.utf8)) }
        request.places = ["venv": "/job/checkout/.venv"]
        change(&request)
        return try KeyMaker.make(request)
    }

    /// What a failure says, as a person reads it.
    static func failure(_ work: () throws -> Void) -> String {
        do {
            try work()
            return ""
        } catch { return "\(error)" }
    }
}
