import BerthArchive
import BerthRegistry
import BerthReport
import BerthStore
import BerthSystem
import BerthTestSupport
import Foundation
import SystemPackage
import Testing

@testable import BerthPackages

/// The real index: resolution for machines that this one is not, and installation as uv does it.
@Suite(.serialized) struct PythonRealTests {
    @Test(arguments: PythonTarget.Architecture.allCases)
    func `pytest, ruff and mypy are installed as uv installs them`(machine: PythonTarget.Architecture) async throws {
        let target = try #require(PythonTarget(version: "3.13.5", architecture: machine, libcMinor: 41))
        let resolver = try PythonResolver()
        let packages = try await resolver.resolve(
            ["pytest", "ruff", "mypy"].map { try PythonRequirement($0) }, for: target)
        #expect(packages.filter(\.isRequested).map(\.name) == ["mypy", "pytest", "ruff"])
        let mypy = try #require(packages.first { $0.name == "mypy" })
        #expect(mypy.fileName.contains("-cp313-cp313-manylinux") && mypy.fileName.hasSuffix("_\(machine.rawValue).whl"))
        #expect(packages.allSatisfy { $0.size != nil && ($0.uploaded ?? 0) > 1_400_000_000 })

        let addresses = try await resolver.wheelAddresses(for: packages.map(\.pin), target: target)
        #expect(
            packages.allSatisfy { addresses[$0.pin]?.digest == $0.digest && addresses[$0.pin]?.address == $0.address })

        // Once for all packages is enough; the second machine brings its own ruff, a program and not a library.
        let installed = machine == .arm64 ? packages : packages.filter { $0.name == "ruff" }
        let folder = try TemporaryFolder("python")
        let store = try await fetch(installed, into: folder.path.appending("store"))
        let ours = folder.path.appending("ours")
        try install(installed, from: store, target, into: ours)
        let theirs = folder.path.appending("theirs")
        try await uvInstall(installed, from: store, target, into: theirs, scratch: folder.path)
        try compare(ours, theirs)
    }

    @Test func `an older suite gets wheels for its own Python and glibc`() async throws {
        let target = try #require(PythonTarget(version: "3.11.2", architecture: .arm64, libcMinor: 36))
        let packages = try await PythonResolver().resolve([PythonRequirement("mypy")], for: target)
        let names = packages.compactMap { WheelFileName($0.fileName) }
        #expect(names.count == packages.count && names.allSatisfy { WheelTags(target).rank($0) != nil })
        #expect(names.contains { $0.pythons == ["cp311"] })
    }

    private func fetch(_ packages: [PythonPackage], into root: FilePath) async throws -> Store {
        let store = try Store.open(root)
        let session = try store.beginIngest(purpose: "test")
        let files = try packages.map {
            RemoteFile(
                name: $0.fileName, digest: $0.digest, size: try #require($0.size), addresses: [try Address($0.address)])
        }
        try await Fetcher(store: store, session: session, progress: NoProgress()).fetch(files)
        try session.commit()
        return store
    }

    private func install(_ packages: [PythonPackage], from store: Store, _ target: PythonTarget, into root: FilePath)
        throws
    {
        let layout = try VenvLayout(root: "opt/venv", target: target)
        var writer = FolderWriter(root: root)
        for package in packages {
            let wheel = try WheelArchive(store.path(of: package.digest), fileName: package.fileName)
            try WheelInstaller(layout: layout).install(
                wheel, requested: package.isRequested, modified: package.uploaded ?? 0, into: &writer)
        }
    }

    /// What uv makes of the same files: a flat folder with `bin` for commands.
    private func uvInstall(
        _ packages: [PythonPackage], from store: Store, _ target: PythonTarget, into root: FilePath, scratch: FilePath
    ) async throws {
        let wheels = scratch.appending("wheels")
        try Files.makeDirectory(wheels)
        for package in packages {
            try FileManager.default.copyItem(
                atPath: store.path(of: package.digest).string, toPath: wheels.appending(package.fileName).string)
        }
        let uv = try #require(Programs.find("uv"))
        var command = Command(
            uv,
            ["pip", "install", "--target", root.string, "--no-deps", "--no-cache", "--offline", "--no-build"]
                + [
                    "--python-version", target.version, "--python-platform",
                    "\(target.architecture.rawValue)-manylinux_2_40",
                ]
                + ["--link-mode", "copy"] + packages.map { wheels.appending($0.fileName).string })
        if let python = Programs.find("python3") { command.arguments += ["--python", python.string] }
        command.limit = .seconds(120)
        _ = try await command.output()
    }

    /// Path by path; what differs is on the list here.
    private func compare(_ ours: FilePath, _ theirs: FilePath) throws {
        let mine = try Tree(reading: ours.pushing("opt/venv")).nodes
        let other = try Tree(reading: theirs).nodes
        let site = "lib/python3.13/site-packages/"
        // uv's target folder is site-packages itself, with commands and data inside of it.
        let flat = Dictionary(
            mine.map { ($0.key.hasPrefix(site) ? String($0.key.dropFirst(site.count)) : $0.key, $0.value) }
        ) { first, _ in first }
        // uv's lock of the folder, its notes about the file it was given; and with paths every package is requested.
        let notes = ["/direct_url.json", "/uv_cache.json", "/REQUESTED"]
        let left = other.filter { node in node.key != ".lock" && !notes.contains { node.key.hasSuffix($0) } }
        let right = flat.filter { !$0.key.hasSuffix("/REQUESTED") }
        #expect(Set(left.keys).symmetricDifference(right.keys).sorted() == [])
        for (path, node) in left {
            guard case .file(let theirs, let theirMode) = node, case .file(let ours, let mode) = right[path] else {
                continue
            }
            #expect(mode & 0o111 == theirMode & 0o111, "mode of \(path)")
            switch path {
            case _ where path.hasSuffix(".dist-info/RECORD"): compareRecords(ours, theirs, path)
            case _ where path.hasSuffix(".dist-info/INSTALLER"):
                #expect(String(decoding: ours, as: UTF8.self) == "berth\n")
            case _ where path.hasPrefix("bin/") && ours.starts(with: "#!".utf8):
                // uv names another interpreter, and its launchers know of Windows.
                #expect(ours.starts(with: "#!/opt/venv/bin/python\n".utf8), "\(path)")
                #expect(imports(ours) == imports(theirs), "\(path)")
            default: #expect(ours == theirs, "contents of \(path)")
            }
        }
    }

    private func imports(_ bytes: [UInt8]) -> [Substring] {
        String(decoding: bytes, as: UTF8.self).split(separator: "\n").filter {
            $0.contains("import") || $0.contains("sys.exit")
        }
    }

    /// The same files with the same hashes, apart from those that differ themselves.
    private func compareRecords(_ ours: [UInt8], _ theirs: [UInt8], _ path: String) {
        func lines(_ bytes: [UInt8]) -> Set<String> {
            let rows = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
                .map { $0.hasPrefix("../../../bin/") ? String($0.dropFirst(9)) : String($0) }
            return Set(
                rows.filter { row in
                    !["INSTALLER,", "REQUESTED,", "direct_url.json,", "uv_cache.json,"].contains {
                        row.contains(".dist-info/" + $0)
                    }
                        && !(row.hasPrefix("bin/") && !row.hasPrefix("bin/ruff,"))
                })
        }
        #expect(lines(ours).symmetricDifference(lines(theirs)) == [], "\(path)")
    }
}
