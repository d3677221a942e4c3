import BerthArchive
import BerthEngine
import BerthSystem
import BerthTestSupport
import Foundation

/// A hybrid image archive around one static program, written by hand: it owes nothing to Berth's own writers.
struct TinyImage: Sendable {
    let name: String
    let architecture: String
    let config: [UInt8]
    let manifest: [UInt8]
    let layers: [[UInt8]]

    var configDigest: Digest { .of(config) }
    var manifestDigest: Digest { .of(manifest) }
    var diffIDs: [EngineDigest] { layers.compactMap { EngineDigest(Digest.of($0).description) } }

    /// Busybox of an architecture under a name, which is also in the config: two names make two ids; `extra` adds a third layer, `change` has the last word on the program.
    init(
        _ name: String, _ architecture: String, extra: String? = nil, change: (inout [UInt8]) -> Void = { _ in }
    ) async throws {
        let programs = try await TestEngine.busybox()
        guard let path = programs[architecture] ?? programs["arm64"] else { throw BerthError(.failed, "no busybox") }
        var program = try Files.read(path)
        change(&program)
        self.name = name
        self.architecture = architecture
        let commands = ["sh", "uname", "id", "sleep", "env", "cat", "pwd", "head", "tail"]
        let links = commands.map { TinyTar.Member.link("bin/\($0)", to: "busybox") }
        let users = "root:x:0:0::/:/bin/sh\nrunner:x:1001:1001::/:/bin/sh\n"
        var layers = [
            TinyTar.bytes([.folder("bin"), .file("bin/busybox", program, mode: 0o755)] + links),
            TinyTar.bytes([
                .folder("etc"), .file("etc/passwd", Array(users.utf8), mode: 0o644),
                .file("etc/group", Array("root:x:0:\nrunner:x:1001:\n".utf8), mode: 0o644),
            ]),
        ]
        if let extra { layers.append(TinyTar.bytes([.file("extra", Array(extra.utf8), mode: 0o644)])) }
        self.layers = layers
        let history = layers.map { _ in "{}" }.joined(separator: ",")
        config = Array(
            """
            {"architecture":"\(architecture)","config":{"Env":["PATH=/bin"],"Labels":{"name":"\(name)"},\
            "User":"1001:1001"},\
            "created":"2026-01-01T00:00:00Z","history":[\(history)],"os":"linux",\
            "rootfs":{"diff_ids":[\(Self.list(layers))],"type":"layers"}}
            """.utf8)
        let blobs = layers.map { Self.descriptor("layer.v1.tar", $0) }.joined(separator: ",")
        manifest = Array(
            """
            {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",\
            "config":\(Self.descriptor("config.v1+json", config)),"layers":[\(blobs)]}
            """.utf8)
    }

    private static func list(_ layers: [[UInt8]]) -> String {
        layers.map { "\"\(Digest.of($0))\"" }.joined(separator: ",")
    }

    private static func descriptor(_ kind: String, _ bytes: [UInt8], _ more: String = "") -> String {
        #"{"mediaType":"application/vnd.oci.image.\#(kind)","digest":"\#(Digest.of(bytes))","size":\#(bytes.count)\#(more)}"#
    }

    /// The archive's bytes, without the files of the first `leaveOut` layers.
    func bytes(leavingOut leaveOut: Int = 0) -> [UInt8] {
        let names =
            #","platform":{"os":"linux","architecture":"\#(architecture)"},"annotations":{"#
            + #""io.containerd.image.name":"\#(name)","org.opencontainers.image.ref.name":"\#(name)"}"#
        let index = #"{"schemaVersion":2,"manifests":[\#(Self.descriptor("manifest.v1+json", manifest, names))]}"#
        let paths = layers.map { "\"blobs/sha256/\(Digest.of($0).hex)\"" }.joined(separator: ",")
        let docker = #"[{"Config":"blobs/sha256/\#(configDigest.hex)","RepoTags":["\#(name)"],"Layers":[\#(paths)]}]"#
        let blobs = [config, manifest] + layers.dropFirst(leaveOut)
        return TinyTar.bytes(
            [
                .file("oci-layout", Array(#"{"imageLayoutVersion":"1.0.0"}"#.utf8), mode: 0o644),
                .file("index.json", Array(index.utf8), mode: 0o644), .folder("blobs"), .folder("blobs/sha256"),
            ] + blobs.map { .file("blobs/sha256/\(Digest.of($0).hex)", $0, mode: 0o644) }
                + [.file("manifest.json", Array(docker.utf8), mode: 0o644)])
    }

    /// The archive in pieces of 64 KiB.
    func archive(leavingOut leaveOut: Int = 0) -> ImageArchive {
        let bytes = bytes(leavingOut: leaveOut)
        return ImageArchive(names: [name]) { sink in
            for start in stride(from: 0, to: bytes.count, by: 1 << 16) {
                try await sink.write(Array(bytes[start..<min(start + 1 << 16, bytes.count)]))
            }
        }
    }
}
