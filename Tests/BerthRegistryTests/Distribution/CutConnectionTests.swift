import BerthArchive
import BerthSystem
import BerthTestSupport
import Foundation
import SystemPackage
import Testing

@testable import BerthRegistry

/// Debian's docker-registry behind a connection that breaks in the middle of a piece.
@Suite(.linuxOnly("docker-registry and skopeo")) struct CutConnectionTests {
    private static let piece = 1 << 20

    private func port(_ registry: DebianRegistry) throws -> Int {
        try #require(registry.host.split(separator: ":").last.flatMap { Int($0) })
    }

    @Test func `a push that is cut twice in mid-piece ends well, and skopeo reads the image back`() async throws {
        try await Harbour.open { harbour in
            let size = 6_000_000
            let image = try SampleImage.make(in: harbour.store, layerSizes: [size])
            try await DebianRegistry.serving { registry in
                // In the third and in the fifth piece.
                let cuts = [2_500_000, 4_700_000]
                try await CuttingFront.serving(port: try port(registry), cutAfter: cuts) { front in
                    let repository = try Repository(host: RegistryHost("127.0.0.1:\(front.port)"), path: "team/cut")
                    var access = harbour.access(piece: Self.piece)
                    // One after the other: what breaks is the big layer.
                    access.policy.parallel = 1
                    let summary = try await ImagePusher(
                        store: harbour.store, client: try access.writer(of: repository)
                    ).push(image.index, tags: [Tag("1")])
                    #expect(summary.count(.uploaded) == image.blobs.count)
                    let said = front.lines
                    #expect(said.filter { $0.hasPrefix("cut") } == cuts.map { "cut after \($0)" }, "\(said)")
                }
                // This registry drops an upload whose piece broke, so the blob is begun anew: three pieces up to either
                // cut, then all six, and two configurations. Nothing else is sent twice.
                #expect(registry.requests("PATCH") <= 14, "\(registry.requests("PATCH"))")
                let target = harbour.root.appending("copy")
                let copied = try await skopeo(
                    ["copy", "--quiet", "--all", "--src-tls-verify=false", "docker://\(registry.host)/team/cut:1"]
                        + ["dir:\(target)"])
                #expect(copied.code == 0, "\(copied.errors)")
                for layer in Set(image.layers) { #expect(try FileDigest.of(target.appending(layer.hex)) == layer) }
            }
        }
    }

    private func skopeo(_ arguments: [String]) async throws -> Command.Outcome {
        var command = Command(try Programs.require("skopeo", remedy: "scripts/setup test"), arguments)
        command.limit = .seconds(120)
        return try await command.run()
    }
}
