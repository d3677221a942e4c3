// swift-tools-version: 6.2
import PackageDescription

// Warnings are errors only in our own builds: a package that does so unconditionally cannot be a dependency
// (swiftlang/swift-build#1512).
let strict: [SwiftSetting] =
    [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
        .enableUpcomingFeature("InferIsolatedConformances"),
        .enableUpcomingFeature("ImmutableWeakCaptures"),
    ] + (Context.environment["BERTH_STRICT"] == nil ? [] : [.treatAllWarnings(as: .error)])

/// For the two modules that talk to C: each unsafe expression must say `unsafe`.
let guarded = strict + [.strictMemorySafety()]

let system = Target.Dependency.product(name: "SystemPackage", package: "swift-system")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioHTTP = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let httpClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")

let package = Package(
    name: "berth",
    platforms: [.macOS(.v26)],
    products: [.executable(name: "berth", targets: ["berth"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.14.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
    ],
    targets: [
        // libarchive: reading tar, ar, zip and their compressions.
        .systemLibrary(
            name: "CArchive", pkgConfig: "libarchive",
            providers: [.apt(["libarchive-dev"]), .brew(["libarchive"])]),
        // OpenSSL's libcrypto: SHA-256, and P-256 signatures.
        .systemLibrary(
            name: "CCrypto", pkgConfig: "libcrypto",
            providers: [.apt(["libssl-dev"]), .brew(["openssl@3"])]),
        // libdeflate: gzip members.
        .systemLibrary(
            name: "CDeflate", pkgConfig: "libdeflate",
            providers: [.apt(["libdeflate-dev"]), .brew(["libdeflate"])]),
        // The C library's own malloc.h, which Swift's overlay leaves out.
        .systemLibrary(name: "CMalloc"),
        // libzstd: zstd frames.
        .systemLibrary(
            name: "CZstd", pkgConfig: "libzstd",
            providers: [.apt(["libzstd-dev"]), .brew(["zstd"])]),

        // The machine: descriptors, atomic files, locks, walking, processes, clock; the only `#if os`.
        .target(
            name: "BerthSystem",
            dependencies: ["CMalloc", system, .product(name: "Subprocess", package: "swift-subprocess")],
            swiftSettings: guarded),
        // Bytes in boxes: digests, compression, deterministic tar writing, safe tar/zip/deb reading.
        .target(
            name: "BerthArchive",
            dependencies: ["CArchive", "CCrypto", "CDeflate", "CZstd", "BerthSystem", system],
            swiftSettings: guarded),
        // Files people write: strict YAML, TOML and JSON with line and column.
        .target(
            name: "BerthDocument",
            dependencies: [.product(name: "Yams", package: "Yams")],
            swiftSettings: strict),
        // The facts we show, and their renderings: text, JSON lines, terminal progress.
        .target(name: "BerthReport", swiftSettings: strict),
        // Content-addressed blobs: ingest, leases, index, history, collection, check and repair.
        .target(
            name: "BerthStore",
            dependencies: [
                "BerthArchive", "BerthReport", "BerthSystem", system, .product(name: "GRDB", package: "GRDB.swift"),
            ],
            swiftSettings: strict),
        // Bounded fetching over HTTP and from folders, verified while it streams into the store.
        .target(
            name: "BerthRegistry",
            dependencies: [
                "BerthStore", "BerthArchive", "BerthReport", "BerthSystem", system, httpClient, nioCore, nioHTTP,
                nioPosix,
                nioSSL,
            ],
            swiftSettings: strict),
        // Lockfiles of other tools, read into packages.
        .target(
            name: "BerthLockfiles", dependencies: ["BerthDocument", "BerthArchive"],
            swiftSettings: strict),
        // Docker, Podman, Apple `container`: a few verbs and a table of facts.
        .target(
            name: "BerthEngine", dependencies: ["BerthSystem", system, httpClient, nioCore, nioHTTP],
            swiftSettings: strict),
        // Debian and PyPI: indexes, signatures, resolution, locked fetching.
        .target(
            name: "BerthPackages",
            dependencies: [
                "BerthRegistry", "BerthLockfiles", "BerthStore", "BerthDocument", "BerthArchive", "BerthReport",
                "BerthSystem", system,
            ],
            swiftSettings: strict),
        // Recipe, lock, fragments, layers, image, versions.
        .target(
            name: "BerthImage",
            dependencies: [
                "BerthPackages", "BerthEngine", "BerthRegistry", "BerthLockfiles", "BerthStore", "BerthDocument",
                "BerthArchive", "BerthReport", "BerthSystem", system,
            ],
            swiftSettings: strict),
        // Trees as manifests and packs: saving and restoring dependencies.
        .target(
            name: "BerthCache",
            dependencies: [
                "BerthRegistry", "BerthLockfiles", "BerthStore", "BerthDocument", "BerthArchive", "BerthReport",
                "BerthSystem", system,
            ],
            swiftSettings: strict),
        // Jobs, resources, durations, the planner and the simulator: pure, no I/O.
        .target(name: "BerthPlan", swiftSettings: strict),
        // GitHub workflow files, read with positions, into the jobs that the planner takes.
        .target(name: "BerthWorkflow", dependencies: ["BerthDocument", "BerthPlan"], swiftSettings: strict),
        // What runs on the machine: its size, the history of its runs, plans of workflows.
        .target(
            name: "BerthRunner",
            dependencies: [
                "BerthWorkflow", "BerthPlan", "BerthEngine", "BerthStore", "BerthDocument", "BerthReport",
                "BerthSystem", system,
            ],
            swiftSettings: strict),
        // The service: the dependency cache over HTTP, for jobs that have no store.
        .target(
            name: "BerthServer",
            dependencies: [
                "BerthCache", "BerthStore", "BerthArchive", "BerthReport", "BerthSystem", system, nioCore,
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict),
        // The commands, one file each: declare options, call one service, render.
        .executableTarget(
            name: "berth",
            dependencies: [
                "BerthServer", "BerthRunner", "BerthWorkflow", "BerthPlan", "BerthImage", "BerthCache", "BerthPackages",
                "BerthEngine", "BerthRegistry",
                "BerthLockfiles", "BerthStore", "BerthDocument", "BerthArchive", "BerthReport", "BerthSystem", system,
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict),
        // Fixtures, a tree in a few lines, an in-process mirror with faults on request.
        .target(
            name: "BerthTestSupport",
            dependencies: [
                "BerthArchive", "BerthSystem", system, nioCore, nioHTTP,
                nioPosix,
            ],
            swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6]
)

/// One test target a module, each with the fixtures.
for (module, also) in [
    ("System", ["BerthSystem"]), ("Archive", ["BerthArchive", "BerthSystem"]), ("Document", ["BerthDocument"]),
    ("Report", ["BerthReport", "BerthSystem"]),
    ("Plan", ["BerthPlan", "BerthSystem"]),
    (
        "Runner",
        [
            "BerthRunner", "BerthWorkflow", "BerthPlan", "BerthEngine", "BerthStore", "BerthArchive", "BerthReport",
            "BerthSystem",
        ]
    ),
    ("Workflow", ["BerthWorkflow", "BerthPlan", "BerthDocument", "BerthSystem"]),
    ("Store", ["BerthStore", "BerthArchive", "BerthReport", "BerthSystem"]),
    ("Registry", ["BerthRegistry", "BerthStore", "BerthArchive", "BerthReport", "BerthSystem"]),
    ("Lockfiles", ["BerthLockfiles", "BerthArchive", "BerthDocument", "BerthSystem"]),
    ("Engine", ["BerthEngine", "BerthArchive", "BerthSystem"]),
    (
        "Cache",
        [
            "BerthCache", "BerthServer", "BerthRegistry", "BerthLockfiles", "BerthStore", "BerthDocument",
            "BerthArchive", "BerthReport", "BerthSystem",
        ]
    ),
    (
        "Server",
        [
            "BerthServer", "BerthCache", "BerthRegistry", "BerthStore", "BerthArchive", "BerthReport", "BerthSystem",
        ]
    ),
    (
        "Packages",
        [
            "BerthPackages", "BerthRegistry", "BerthLockfiles", "BerthStore", "BerthDocument", "BerthArchive",
            "BerthReport", "BerthSystem",
        ]
    ),
    (
        "Image",
        [
            "BerthImage", "BerthPackages", "BerthEngine", "BerthRegistry", "BerthLockfiles", "BerthStore",
            "BerthDocument", "BerthArchive", "BerthReport", "BerthSystem",
        ]
    ),
] {
    package.targets.append(
        .testTarget(
            name: "Berth\(module)Tests",
            dependencies: (also + (module == "Store" ? ["BerthStoreProbe"] : [])).map { .target(name: $0) }
                + ["BerthTestSupport", system],
            swiftSettings: strict))
}
package.targets += [
    // A process that works on a store and may be killed at any moment, for the tests of BerthStore.
    .executableTarget(
        name: "BerthStoreProbe", dependencies: ["BerthStore", "BerthArchive", "BerthSystem", system],
        path: "Tests/BerthStoreProbe", swiftSettings: strict),
    // Rules of the project itself: arrows between modules, platform code in its place, docs that match.
    .testTarget(
        name: "ProjectTests", dependencies: ["BerthSystem", "BerthTestSupport", system], swiftSettings: strict),
    // The built program, driven from outside.
    .testTarget(
        name: "CommandTests",
        dependencies: ["berth", "BerthArchive", "BerthSystem", "BerthTestSupport", system], swiftSettings: strict),
]
