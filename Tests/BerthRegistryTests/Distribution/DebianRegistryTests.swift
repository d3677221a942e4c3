import BerthArchive
import BerthStore
import BerthSystem
import BerthTestSupport
import Foundation
import SystemPackage
import Testing

@testable import BerthRegistry

/// Round trips through a registry that others wrote, read back by a client that others wrote.
@Suite(.linuxOnly("docker-registry and skopeo")) struct DebianRegistryTests {
    private func skopeo(_ arguments: String...) async throws -> Command.Outcome {
        var command = Command(try Programs.require("skopeo", remedy: "scripts/setup test"), arguments)
        command.limit = .seconds(120)
        return try await command.run()
    }

    private func repository(_ registry: DebianRegistry, _ path: String) throws -> Repository {
        try Repository(host: RegistryHost(registry.host), path: path)
    }

    private func push(
        _ image: SampleImage, _ harbour: Harbour, to repository: Repository, _ access: RegistryAccess,
        mounting: [Repository] = []
    ) async throws -> TransferSummary {
        let client = try access.writer(of: repository, mounting: mounting)
        return try await ImagePusher(store: harbour.store, client: client, elsewhere: mounting)
            .push(image.index, tags: [Tag("1"), .latest], attachments: image.attachments)
    }

    @Test(arguments: [false, true]) func `what is pushed comes back under the same digests, here and in skopeo`(
        asksForLogin: Bool
    ) async throws {
        try await Harbour.open { harbour in
            let image = try SampleImage.make(in: harbour.store, layerSizes: [3_000_000, 100_000], attachments: 2)
            try await DebianRegistry.serving(asksForLogin: asksForLogin) { registry in
                let login = DebianRegistry.login
                let access = harbour.access(
                    logins: asksForLogin
                        ? try harbour.login(registry.host, login.name, login.password) : .init(files: []),
                    piece: 1 << 20)
                let repository = try repository(registry, "team/sample")
                let summary = try await push(image, harbour, to: repository, access)
                #expect(summary.count(.uploaded) == image.blobs.count)

                let credentials = asksForLogin ? ["--creds", "\(login.name):\(login.password)"] : ["--no-creds"]
                let source = "docker://\(repository):1"
                let raw = try await skopeo(["inspect", "--tls-verify=false", "--raw"] + credentials + [source])
                #expect(raw.code == 0, "\(raw.errors)")
                #expect(Digest.of(raw.output) == image.index)
                let target = harbour.root.appending("copy")
                let arguments =
                    ["copy", "--quiet", "--all", "--src-tls-verify=false"]
                    + (asksForLogin ? ["--src-creds", credentials[1]] : []) + [source, "dir:\(target)"]
                let copied = try await skopeo(arguments)
                #expect(copied.code == 0, "\(copied.errors)")
                for layer in Set(image.layers) { #expect(try FileDigest.of(target.appending(layer.hex)) == layer) }

                try await Harbour.open { other in
                    let session = try other.store.beginIngest(purpose: "test")
                    let puller = ImagePuller(
                        store: other.store, session: session, client: try access.reader(of: repository))
                    let pulled = try await puller.pull(.tag(.latest)) { _ in true }
                    #expect(pulled.top.digest == image.index)
                    #expect(pulled.attachments.map(\.digest) == image.attachments)
                    for digest in image.blobs { #expect(try FileDigest.of(other.store.path(of: digest)) == digest) }
                }
            }
        }
    }

    private func skopeo(_ arguments: [String]) async throws -> Command.Outcome {
        var command = Command(try Programs.require("skopeo", remedy: "scripts/setup test"), arguments)
        command.limit = .seconds(120)
        return try await command.run()
    }

    @Test func `an unchanged push uploads no blob, and a second repository takes blobs over`() async throws {
        try await Harbour.open { harbour in
            let image = try SampleImage.make(in: harbour.store, attachments: 1)
            try await DebianRegistry.serving { registry in
                let access = harbour.access()
                let first = try repository(registry, "a")
                _ = try await push(image, harbour, to: first, access)
                let (posts, patches) = (registry.requests("POST"), registry.requests("PATCH"))
                #expect(posts > 0 && patches > 0)
                let again = try await push(image, harbour, to: first, access)
                #expect(again.count(.uploaded) == 0)
                #expect(registry.requests("POST") == posts && registry.requests("PATCH") == patches)
                let second = try await push(
                    image, harbour, to: repository(registry, "b"), access, mounting: [first])
                #expect(second.count(.mounted) == image.blobs.count)
                #expect(registry.requests("PATCH") == patches)
            }
        }
    }

    @Test func `without a login the answer is exit code 4`() async throws {
        try await Harbour.open { harbour in
            let image = try SampleImage.make(in: harbour.store, layerSizes: [10])
            try await DebianRegistry.serving(asksForLogin: true) { registry in
                let error = try await failure {
                    _ = try await push(image, harbour, to: repository(registry, "a"), harbour.access())
                }
                #expect(error.status == .authenticationNeeded && error.remedy?.contains("docker login") == true)
            }
        }
    }

    @Test func `what skopeo pushed in Docker's form is pulled`() async throws {
        try await Harbour.open { harbour in
            let image = try SampleImage.make(in: harbour.store, layerSizes: [50_000])
            try await DebianRegistry.serving { registry in
                let access = harbour.access()
                _ = try await push(image, harbour, to: repository(registry, "a"), access)
                let copied = try await skopeo(
                    "copy", "--quiet", "--format", "v2s2", "--override-arch", "arm64", "--src-tls-verify=false",
                    "--dest-tls-verify=false", "docker://\(registry.host)/a:1", "docker://\(registry.host)/b:1")
                #expect(copied.code == 0, "\(copied.errors)")
                try await Harbour.open { other in
                    let puller = ImagePuller(
                        store: other.store, session: try other.store.beginIngest(purpose: "test"),
                        client: try access.reader(of: repository(registry, "b")))
                    let pulled = try await puller.pull(.tag(Tag("1"))) { _ in true }
                    #expect(pulled.top.type == .dockerImage)
                    // skopeo compresses what is not compressed.
                    #expect(pulled.top.layers.count == 1)
                    for blob in pulled.top.blobs { #expect(other.store.contains(blob.digest, size: blob.size)) }
                }
            }
        }
    }

    @Test func `two registries: a copy passes through and arrives whole`() async throws {
        try await Harbour.open { harbour in
            let image = try SampleImage.make(in: harbour.store, layerSizes: [2_500_000, 10], attachments: 1)
            try await DebianRegistry.serving { first in
                try await DebianRegistry.serving { second in
                    let access = harbour.access(piece: 1 << 20)
                    _ = try await push(image, harbour, to: repository(first, "a"), access)
                    let copier = ImageCopier(
                        from: try access.reader(of: repository(first, "a")),
                        to: try access.writer(of: repository(second, "b")))
                    let summary = try await copier.copy(.tag(.latest), tags: [Tag("9")])
                    #expect(summary.count(.uploaded) == image.blobs.count && summary.attachments == image.attachments)
                    let raw = try await skopeo("inspect", "--tls-verify=false", "--raw", "docker://\(second.host)/b:9")
                    #expect(Digest.of(raw.output) == image.index)
                }
            }
        }
    }
}
