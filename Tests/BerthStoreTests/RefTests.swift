import BerthArchive
import BerthStore
import BerthSystem
import BerthTestSupport
import SystemPackage
import Testing

/// A whole image of one empty layer, as other tools expect it.
func addImage(to store: Store, name: String, seed: UInt64 = 1) throws -> (ref: Ref, blobs: [Digest]) {
    let session = try store.beginIngest(purpose: "test image")
    defer { session.release() }
    let tar = [UInt8](repeating: 0, count: 1024)
    let layer = try session.add(tar)
    let config = try session.add(
        Array(
            """
            {"architecture":"arm64","config":{"Labels":{"seed":"\(seed)"}},"history":[{"created_by":"test"}],"os":"linux",\
            "rootfs":{"diff_ids":["\(layer)"],"type":"layers"}}
            """.utf8))
    let configSize = try Files.facts(store.path(of: config))?.size ?? 0
    let manifest = Array(
        """
        {"config":{"digest":"\(config)","mediaType":"application/vnd.oci.image.config.v1+json","size":\(configSize)},\
        "layers":[{"digest":"\(layer)","mediaType":"application/vnd.oci.image.layer.v1.tar","size":1024}],\
        "mediaType":"application/vnd.oci.image.manifest.v1+json","schemaVersion":2}
        """.utf8)
    let digest = try session.add(manifest)
    try session.commit()
    let ref = Ref(
        name: name, digest: digest, mediaType: "application/vnd.oci.image.manifest.v1+json",
        size: ByteCount(manifest.count), platform: .init(architecture: "arm64"))
    try store.refs.set(ref)
    return (ref, [layer, config, digest])
}

struct RefTests {
    @Test func `Names are set, replaced, listed in order and removed, all or none`() async throws {
        try await withStore { store in
            let first = try addImage(to: store, name: "python:2026.11.23").ref
            let second = try addImage(to: store, name: "python:2026.11.23.1", seed: 2).ref
            var alias = second
            alias.name = "python:latest"
            try store.refs.set([alias])
            alias.digest = first.digest
            try store.refs.set([alias], removing: ["python:2026.11.23.1"])
            #expect(try store.refs.list() == [first, alias])
            #expect(try store.refs.find("python:latest")?.digest == first.digest)
            #expect(try store.refs.remove("python:latest"))
            #expect(try !store.refs.remove("python:latest"))
            #expect(try store.refs.list() == [first])
        }
    }

    @Test(arguments: ["", "-a", "a--", "a b", "../a", "a//b", "é", "a\n"])
    func `A name that other tools do not take is refused`(name: String) async throws {
        try await withStore { store in
            var ref = try addImage(to: store, name: "ok").ref
            ref.name = name
            expectFailure(.usage) { try store.refs.set(ref) }
        }
    }

    @Test func `A name for a manifest that is not there is refused`() async throws {
        try await withStore { store in
            var ref = try addImage(to: store, name: "ok").ref
            ref.digest = .of("nothing")
            expectFailure(.damaged) { try store.refs.set(ref) }
            #expect(try store.refs.list().count == 1)
        }
    }

    @Test func `What other tools wrote into the index stays when names change`() async throws {
        try await withStore { store in
            let foreign = """
                {"manifests":[{"digest":"sha512:00","mediaType":"application/x","size":3,"urls":["u"],\
                "platform":{"architecture":"arm","os":"linux","os.version":"7"}}],"schemaVersion":2}
                """
            try Files.writeAtomically(foreign, to: store.root.appending("index.json"))
            _ = try addImage(to: store, name: "ok")
            let text = try Files.readText(store.root.appending("index.json"))
            #expect(text.contains("\"sha512:00\"") && text.contains("\"os.version\":\"7\"") && text.contains("[\"u\"]"))
            #expect(try store.refs.list().map(\.name) == ["ok"])
        }
    }

    @Test func `Names set by several tasks at once are all there`() async throws {
        try await withStore { store in
            let ref = try addImage(to: store, name: "base").ref
            _ = try await inParallel(Array(0..<24), limit: 6) { number in
                try await offload {
                    var own = ref
                    own.name = "n\(number)"
                    try store.refs.set(own)
                }
            }
            #expect(try store.refs.list().count == 25)
        }
    }

    @Test func `skopeo and umoci read the layout in place`() async throws {
        try await withStore { store in
            let ref = try addImage(to: store, name: "python:2026.11.23").ref
            let skopeo = try Programs.require("skopeo", remedy: "install skopeo")
            let inspected = try await Command(
                skopeo, ["inspect", "--override-arch", "arm64", "oci:\(store.root):\(ref.name)"]
            ).output()
            #expect(inspected.contains("\"Digest\": \"\(ref.digest)\""))
            #expect(inspected.contains("\"Architecture\": \"arm64\""))
            let umoci = try Programs.require("umoci", remedy: "install umoci")
            var plain = ref
            plain.name = "latest"
            try store.refs.set(plain)
            #expect(try await Command(umoci, ["ls", "--layout", store.root.string]).output().contains("latest"))
            let stat = try await Command(umoci, ["stat", "--image", "\(store.root):latest", "--json"]).output()
            #expect(stat.contains("\"created_by\":\"test\""))
        }
    }
}
