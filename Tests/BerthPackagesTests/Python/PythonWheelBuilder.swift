import BerthArchive
import BerthSystem
import SystemPackage
import Testing

@testable import BerthPackages

/// Makes wheels with a right RECORD; a test then breaks what it wants to see refused.
struct WheelBuilder {
    var project = "demo"
    var version = "1.0"
    var tag = "py3-none-any"
    /// Path to contents, without the metadata.
    var files: [(name: String, text: String)] = [("demo/__init__.py", "x = 1\n")]
    /// Files with the executable bit.
    var programs: Set<String> = []
    var metadata: String?
    var wheel = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    var entryPoints: String?
    var requires: [String] = []
    /// Changes the RECORD's text.
    var record: (String) -> String = { $0 }
    /// Changes the zip's entries after RECORD was made.
    var entries: (inout [ZipBuilder.Entry]) -> Void = { _ in }

    var fileName: String { "\(project)-\(version)-\(tag).whl" }
    var folder: String { "\(project)-\(version).dist-info" }

    /// The METADATA that the wheel has, and that an index serves beside it.
    var metadataText: String {
        metadata ?? "Metadata-Version: 2.1\nName: \(project)\nVersion: \(version)\n"
            + requires.map { "Requires-Dist: \($0)\n" }.joined() + "\nName: not-a-header\n"
    }

    var bytes: [UInt8] {
        var all = files
        all.append(("\(folder)/METADATA", metadataText))
        all.append(("\(folder)/WHEEL", wheel))
        if let entryPoints { all.append(("\(folder)/entry_points.txt", entryPoints)) }
        var lines = all.map { WheelRecord.line($0.name, Digest.of($0.text), Int64($0.text.utf8.count)) }
        lines.append("\(folder)/RECORD,,\n")
        all.append(("\(folder)/RECORD", record(lines.joined())))
        var built = all.map { file in
            var entry = ZipBuilder.Entry(file.name, file.text)
            if programs.contains(file.name) { entry.external = 0o100755 << 16 }
            return entry
        }
        entries(&built)
        return ZipBuilder(built).bytes
    }

    /// Writes the file into a folder and opens it as a wheel.
    func open(in folder: FilePath) throws -> WheelArchive {
        let path = folder.appending("wheel")
        try writeUnsynced(bytes, to: path)
        return try WheelArchive(path, fileName: fileName)
    }
}

/// Members in memory: what a layer would get.
struct MemberCollector: MemberSink {
    var members: [TreeMember] = []
    var contents: [[UInt8]] = []

    mutating func begin(_ member: TreeMember) throws {
        if let last = members.last { #expect(last.size == Int64(contents.last?.count ?? 0)) }
        members.append(member)
        contents.append([])
    }

    mutating func append(_ bytes: RawSpan) throws {
        var buffer = ByteBuffer()
        buffer.append(bytes)
        contents[contents.count - 1] += buffer.bytes
    }

    func text(_ path: String) -> String? {
        members.firstIndex { $0.path.description == path }.map { String(decoding: contents[$0], as: UTF8.self) }
    }

    func mode(_ path: String) -> UInt16? { members.first { $0.path.description == path }?.mode }

    var paths: [String] { members.map(\.path.description) }
}
