import BerthArchive
import BerthRegistry
import BerthReport
import BerthStore
import BerthSystem
import BerthTestSupport
import SystemPackage
import Testing

@testable import BerthPackages

/// An environment made by hand for this machine's own Python, which then runs it.
@Suite struct PythonRunTests {
    @Test(.linuxOnly) func `the commands of a hand-made environment run, and Python finds its records whole`()
        async throws
    {
        let facts = try await python()
        let machine = try #require(PythonTarget.Architecture(rawValue: facts[2]))
        let libc = try #require(facts[1].split(separator: ".").last.flatMap { Int($0) })
        let target = try #require(PythonTarget(version: facts[0], architecture: machine, libcMinor: libc))
        let folder = try TemporaryFolder("venv")
        let root = try ArchivePath(parsing: String(folder.path.appending("venv").string.dropFirst()))
        let layout = try VenvLayout(root: root, target: target)
        try await install(["pytest"], target, layout, home: facts[3], store: folder.path.appending("store"))

        let bin = folder.path.pushing("venv/bin")
        let version = try await Command(bin.appending("pytest"), ["--version"]).output()
        #expect(version.hasPrefix("pytest "))
        let test = folder.path.appending("test_it.py")
        try Files.writeAtomically("def test_it():\n    assert 1 + 1 == 2\n", to: test)
        let run = try await Command(bin.appending("pytest"), ["-q", "-p", "no:cacheprovider", test.string]).output()
        #expect(run.contains("1 passed"))
        #expect(try await Command(bin.appending("python"), ["-c", Self.check]).output() == "pytest berth whole\n")
        let shell = try #require(Programs.find("sh"))
        let activated = ". \(bin)/activate; command -v pytest; deactivate; echo ${VIRTUAL_ENV:-none}"
        #expect(try await Command(shell, ["-c", activated]).output() == "\(bin)/pytest\nnone\n")
    }

    /// Compares each file of pytest's RECORD with its hash, by Python's own reader of records.
    private static let check = """
        import base64, hashlib, importlib.metadata as m
        d = m.distribution("pytest")
        whole = all(
            f.hash is None or f.hash.value ==
            base64.urlsafe_b64encode(hashlib.sha256(f.locate().read_bytes()).digest()).rstrip(b"=").decode()
            for f in d.files)
        whole = whole and d.read_text("REQUESTED") == "" and len(d.files) > 50
        print(d.name, d.read_text("INSTALLER").strip(), "whole" if whole else "broken")
        """

    /// Version, glibc, processor and folder of the interpreter that a fresh environment may stand on.
    private func python() async throws -> [String] {
        let program = try #require(Programs.find("python3"))
        let script = """
            import platform, sys
            print(platform.python_version(), platform.libc_ver()[1], platform.machine(), sys.base_prefix + "/bin", sep="\\n")
            """
        return try await Command(program, ["-c", script]).output().split(separator: "\n").map(String.init)
    }

    private func install(
        _ requirements: [String], _ target: PythonTarget, _ layout: VenvLayout, home: String, store root: FilePath
    ) async throws {
        let packages = try await PythonResolver().resolve(
            try requirements.map { try PythonRequirement($0) }, for: target)
        let store = try Store.open(root)
        let session = try store.beginIngest(purpose: "test")
        let files = try packages.map {
            RemoteFile(
                name: $0.fileName, digest: $0.digest, size: try #require($0.size), addresses: [try Address($0.address)])
        }
        try await Fetcher(store: store, session: session, progress: NoProgress()).fetch(files)
        try session.commit()
        var writer = FolderWriter(root: "/")
        try VirtualEnvironment(layout: layout, home: home).write(modified: 0, into: &writer)
        for package in packages {
            let wheel = try WheelArchive(store.path(of: package.digest), fileName: package.fileName)
            try WheelInstaller(layout: layout)
                .install(wheel, requested: package.isRequested, modified: package.uploaded ?? 0, into: &writer)
        }
    }
}
