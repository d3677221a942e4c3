import BerthArchive
import BerthRegistry
import BerthReport
import BerthStore
import BerthSystem
import BerthTestSupport
import SystemPackage
import Testing

@testable import BerthImage

/// Foreign images become versions, and versions go to registries with what refers to them.
struct RegistryServiceTests {
    @Test func `what refers to an image is pulled, kept by collection, and pushed on`() async throws {
        try await RegistryDouble.serving { double in
            try await Desk.open { desk in
                let index = try ForeignImage().put(double, "team/app", tags: ["3.1"])
                let note = ForeignImage.attach("an SBOM", to: index, double, "team/app")
                let source = try Reference("\(double.host)/team/app:3.1")
                let pulled = try await desk.service.pull(source)
                #expect(pulled.isNew && pulled.version.reference == "app:3.1" && pulled.version.index == index.digest)
                #expect(pulled.attachments == [note.digest])
                #expect(pulled.version.platforms.map { "\($0.platform)" } == ["linux/arm64", "linux/amd64"])
                #expect(pulled.version.platforms.flatMap(\.layers).allSatisfy { $0.unpacked > ByteCount(1000) })

                var policy = CollectionPolicy()
                policy.grace = 0
                _ = try desk.store.collect(policy)
                #expect(pulled.version.blobs.contains(note.digest))
                for blob in pulled.version.blobs { #expect(desk.store.contains(blob)) }
                #expect(try await !desk.service.pull(source).isNew)

                let target = try Reference("\(double.host)/other/app")
                let report = try await desk.service.push(pulled.version, to: target)
                #expect(report.tags == ["3.1"] && report.attachments == ["\(note.digest)"])
                #expect(double.manifest("3.1", in: "other/app") == index.bytes)
                #expect(double.manifest("\(note.digest)", in: "other/app") == note.bytes)
            }
        }
    }

    @Test func `a note that came later is added to the version that is here`() async throws {
        try await RegistryDouble.serving { double in
            try await Desk.open { desk in
                let index = try ForeignImage().put(double, "app", tags: ["1"])
                let source = try Reference("\(double.host)/app:1")
                let before = try await desk.service.pull(source).version
                let note = ForeignImage.attach("later", to: index, double, "app")
                let after = try await desk.service.pull(source)
                #expect(!after.isNew && after.version.tag == before.tag && after.version.blobs.contains(note.digest))
                #expect(try VersionCatalog(desk.store).all().count == 1)
            }
        }
    }

    @Test func `layers that are not those of the configuration are refused`() async throws {
        try await RegistryDouble.serving { double in
            try await Desk.open { desk in
                var image = ForeignImage()
                image.wrongDiffIDs = [Digest.of("x"), Digest.of("y")]
                _ = try image.put(double, "app", tags: ["lies"])
                image.wrongDiffIDs = [Digest.of("x")]
                _ = try image.put(double, "app", tags: ["short"])
                for tag in ["lies", "short"] {
                    let error = try await Desk.failure {
                        _ = try await desk.service.pull(Reference("\(double.host)/app:\(tag)"))
                    }
                    #expect(error.status == .damaged, "\(error)")
                }
                #expect(try VersionCatalog(desk.store).all().isEmpty)
                #expect(try desk.store.refs.list().isEmpty)
            }
        }
    }

    @Test func `an image in Docker's form is kept in OCI's, all of it`() async throws {
        try await RegistryDouble.serving { double in
            try await Desk.open { desk in
                var image = ForeignImage()
                image.isDocker = true
                let list = try image.put(double, "app", tags: ["1"])
                let version = try await desk.service.pull(Reference("\(double.host)/app:1")).version
                #expect(version.index != list.digest)
                let report = try await desk.service.push(version, to: Reference("\(double.host)/oci:1"))
                #expect(report.moved.count == 5)
                for digest in [version.index] + version.platforms.map(\.manifest) {
                    let bytes = try #require(double.manifest("\(digest)", in: "oci"))
                    #expect(!String(decoding: bytes, as: UTF8.self).contains("vnd.docker"))
                }
            }
        }
    }

    @Test func `what is no image is not recorded, and says what can be done with it`() async throws {
        try await RegistryDouble.serving { double in
            try await Desk.open { desk in
                let index = try ForeignImage().put(double, "app", tags: ["1"])
                let note = ForeignImage.attach("just a note", to: index, double, "app")
                let error = try await Desk.failure {
                    _ = try await desk.service.pull(Reference("\(double.host)/app@\(note.digest)"))
                }
                #expect(error.status == .usage && error.remedy?.contains("copy") == true)
                var odd = ForeignImage()
                odd.architectures = ["riscv64"]
                _ = try odd.put(double, "app", tags: ["odd"])
                let other = try await Desk.failure {
                    _ = try await desk.service.pull(Reference("\(double.host)/app:odd"))
                }
                #expect(other.status == .usage && other.place?.contains("linux/riscv64") == true)
            }
        }
    }

    @Test func `what was pulled has a way back, and no lock to put beside a recipe`() async throws {
        try await RegistryDouble.serving { double in
            try await Desk.open { desk in
                let catalog = VersionCatalog(desk.store)
                var image = ForeignImage()
                var pulled: [Version] = []
                for text in ["one", "two", "three"] {
                    image.text = text
                    _ = try image.put(double, "app", tags: ["latest"])
                    pulled.append(try await desk.service.pull(Reference("\(double.host)/app:latest")).version)
                }
                let error = #expect(throws: BerthError.self) {
                    try catalog.rollBack("app", lockInto: desk.folder.path)
                }
                #expect(error?.status == .usage && error?.what.contains("was pulled") == true)
                #expect(try catalog.resolve("app") == pulled[2])
                #expect(try catalog.rollBack("app").to == pulled[1])
                #expect(try catalog.rollBack("app").to == pulled[0])
            }
        }
    }

    @Test func `a moving tag moves here too, and a taken tag is not taken away`() async throws {
        try await RegistryDouble.serving { double in
            try await Desk.open { desk in
                var image = ForeignImage()
                let first = try image.put(double, "app", tags: ["latest", "1"])
                let latest = try Reference("\(double.host)/app:latest")
                let one = try await desk.service.pull(latest).version
                #expect(one.index == first.digest && one.tag.hasPrefix("20"))
                image.text = "another"
                let second = try image.put(double, "app", tags: ["latest", one.tag])
                let two = try await desk.service.pull(latest).version
                #expect(two.index == second.digest && two.tag != one.tag)
                #expect(try desk.store.refs.find("app:latest")?.digest == second.digest)
                #expect(try desk.store.refs.find("app:\(one.tag)")?.digest == first.digest)
                image.text = "a third"
                let third = try image.put(double, "app", tags: [one.tag])
                let taken = try await desk.service.pull(Reference("\(double.host)/app:\(one.tag)")).version
                #expect(taken.index == third.digest && taken.tag != one.tag)
                #expect(try desk.store.refs.find("app:\(one.tag)")?.digest == first.digest)
            }
        }
    }
}
