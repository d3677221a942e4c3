import BerthArchive
import BerthSystem
import BerthTestSupport
import Foundation
import Testing

@testable import BerthRegistry

@Suite struct PushTests {
    @Test func `an image arrives whole, in the order that registries ask for, and again nothing is sent`() async throws
    {
        try await Harbour.open { harbour in
            let image = try SampleImage.make(in: harbour.store, attachments: 2)
            try await RegistryDouble.serving { double in
                let summary = try await harbour.push(image, to: double, tags: ["1", "latest"])
                #expect(summary.count(.uploaded) == image.blobs.count)
                #expect(harbour.holds(image, double))
                for tag in ["1", "latest"] {
                    #expect(double.manifest(tag, in: "me/sample").map(Digest.of) == image.index)
                }
                let puts = double.calls("PUT").map(\.path)
                let firstManifest = try #require(puts.firstIndex { $0.contains("/manifests/") })
                #expect(puts[firstManifest...].allSatisfy { $0.contains("/manifests/") })
                #expect(double.calls("PATCH").allSatisfy { $0.bodyBytes <= 64 << 10 && $0["content-range"] != nil })

                double.forgetCalls()
                let again = try await harbour.push(image, to: double, tags: ["1", "latest"])
                #expect(again.count(.uploaded) == 0 && again.count(.found) == image.blobs.count)
                #expect(double.calls.filter(\.isUpload).isEmpty)
                #expect(double.calls("PUT").count == image.attachments.count)
            }
        }
    }

    @Test func `one more tag of an image that is there is one small request`() async throws {
        try await Harbour.open { harbour in
            let image = try SampleImage.make(in: harbour.store)
            try await RegistryDouble.serving { double in
                _ = try await harbour.push(image, to: double)
                double.forgetCalls()
                _ = try await harbour.push(image, to: double, tags: ["latest", "new"])
                #expect(double.calls("PUT").map(\.path) == ["/v2/me/sample/manifests/new"])
                let client = try harbour.access().reader(of: harbour.repository(double))
                #expect(try await client.tags().map(\.text) == ["latest", "new"])
            }
        }
    }

    @Test func `the list of tags is read page by page`() async throws {
        try await Harbour.open { harbour in
            let image = try SampleImage.make(in: harbour.store, layerSizes: [10])
            try await RegistryDouble.serving { double in
                let names = ["a", "b", "c", "d", "e"]
                _ = try await harbour.push(image, to: double, tags: names)
                let client = try harbour.access().reader(of: harbour.repository(double))
                #expect(try await client.tags().map(\.text) == names)
                #expect(double.calls("GET", "/tags/list").count == 3)
                let none = try harbour.access().reader(of: harbour.repository(double, "me/none"))
                #expect(try await none.tags().isEmpty)
            }
        }
    }

    @Test(arguments: [true, false]) func `blobs of another repository are taken over`(mounts: Bool) async throws {
        var manners = RegistryManners()
        manners.mounts = mounts
        try await Harbour.open { harbour in
            let image = try SampleImage.make(in: harbour.store)
            try await RegistryDouble.serving(manners) { double in
                _ = try await harbour.push(image, to: double, path: "me/first")
                let first = try harbour.repository(double, "me/first")
                double.forgetCalls()
                let summary = try await harbour.push(image, to: double, path: "me/second", mounting: [first])
                #expect(summary.count(mounts ? .mounted : .uploaded) == image.blobs.count)
                #expect(harbour.holds(image, double, path: "me/second"))
                // A session that was begun in place of taking over is used, not left lying.
                #expect(double.calls("POST").count == image.blobs.count)
            }
        }
    }

    @Test func `a registry that takes no pieces gets each blob at once`() async throws {
        var manners = RegistryManners()
        manners.isMonolithic = true
        try await Harbour.open { harbour in
            let image = try SampleImage.make(in: harbour.store)
            try await RegistryDouble.serving(manners) { double in
                _ = try await harbour.push(image, to: double)
                #expect(harbour.holds(image, double))
                #expect(double.calls("PUT", "/blobs/uploads/").contains { $0.bodyBytes == 300_000 })
            }
        }
    }

    @Test func `pieces are as long as the registry wants them, and its addresses may be whole URLs`() async throws {
        var manners = RegistryManners()
        manners.leastPiece = 100_000
        manners.absoluteLocations = true
        try await Harbour.open { harbour in
            let image = try SampleImage.make(in: harbour.store)
            try await RegistryDouble.serving(manners) { double in
                _ = try await harbour.push(image, to: double)
                #expect(harbour.holds(image, double))
                #expect(double.calls("PATCH").contains { $0.bodyBytes == 100_000 })
            }
        }
    }

    @Test(arguments: [true, false])
    func `attachments are listed by the registry, or under the tag that stands in for it`(
        supports: Bool
    ) async throws {
        var manners = RegistryManners()
        manners.supportsReferrers = supports
        try await Harbour.open { harbour in
            let image = try SampleImage.make(in: harbour.store, layerSizes: [10], attachments: 2)
            try await RegistryDouble.serving(manners) { double in
                let foreign = SampleImage.entry("application/vnd.oci.image.manifest.v1+json", Digest.of("other"), 5)
                let tag = Tag.referrers(of: image.index).text
                if !supports {
                    let list =
                        ["schemaVersion": 2, "mediaType": ManifestType.index.rawValue, "manifests": [foreign]]
                        as [String: Any]
                    double.put(
                        SampleImage.json(list), type: ManifestType.index.rawValue, as: [tag], in: "me/sample")
                }
                _ = try await harbour.push(image, to: double)
                _ = try await harbour.push(image, to: double)
                let client = try harbour.access().reader(of: harbour.repository(double))
                let found = try await client.referrers(of: image.index)
                #expect(Set(found.map(\.digest)).isSuperset(of: image.attachments))
                #expect(found.count == (supports ? 2 : 3))
                #expect(found.filter { $0.artifactType == "text/x-note" }.count == 2)
                #expect((double.manifest(tag, in: "me/sample") == nil) == supports)
            }
        }
    }
}
