import BerthArchive
import BerthSystem
import Foundation
import Testing

@testable import BerthRegistry

@Suite struct ManifestTests {
    private static let digest = "sha256:" + String(repeating: "0", count: 64)
    private static let part = #"{"mediaType":"x","digest":"\#(digest)","size":1}"#

    private static let huge = #"{"mediaType":"x","digest":"\#(digest)","size":9223372036854775807}"#

    @Test func `each kind is told by field, by header or by contents`() throws {
        let image = #"{"schemaVersion":2,"config":\#(Self.part),"layers":[\#(Self.part)]}"#
        let list = #"{"schemaVersion":2,"manifests":[\#(Self.part)]}"#
        func type(_ text: String, _ header: String? = nil) throws -> ManifestType {
            try RegistryManifest(Array(text.utf8), declared: header).type
        }
        #expect(try type(image) == .image)
        #expect(try type(list) == .index)
        #expect(try type(image, ManifestType.dockerImage.rawValue + "; charset=utf-8") == .dockerImage)
        #expect(try type(list, ManifestType.dockerList.rawValue) == .dockerList)
        #expect(try type(image, "application/json") == .image)
    }

    @Test(arguments: [
        "", "null", "[]", "{}", #"{"schemaVersion":1,"fsLayers":[]}"#, #"{"schemaVersion":2}"#,
        #"{"schemaVersion":2,"manifests":[],"config":\#(part),"layers":[]}"#,
        #"{"schemaVersion":2,"manifests":[],"layers":[]}"#,
        #"{"schemaVersion":2,"layers":[]}"#,
        #"{"schemaVersion":2,"mediaType":"text/html","manifests":[]}"#,
        #"{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","config":\#(part),"layers":[]}"#,
        #"{"schemaVersion":2,"manifests":[{"mediaType":"x","digest":"sha256:../../x","size":1}]}"#,
        #"{"schemaVersion":2,"manifests":[{"mediaType":"x","digest":"\#(digest)","size":-1}]}"#,
        #"{"schemaVersion":2,"manifests":[{"mediaType":"x","digest":"\#(digest)","size":1e99}]}"#,
        #"{"schemaVersion":2,"manifests":[{"mediaType":"x","digest":"sha512:ab","size":1}]}"#,
        #"{"schemaVersion":2,"config":\#(part),"layers":[\#(huge),\#(huge)]}"#,
        #"{"schemaVersion":2,"config":\#(part),"layers":[],"subject":\#(huge)}"#,
    ])
    func `an ambiguous or malformed manifest is refused as damaged`(text: String) {
        #expect {
            _ = try RegistryManifest(Array(text.utf8))
        } throws: { ($0 as? BerthError)?.status == .damaged }
    }

    @Test func `a header that contradicts the document is refused`() {
        let list = #"{"schemaVersion":2,"mediaType":"\#(ManifestType.index.rawValue)","manifests":[]}"#
        #expect(throws: BerthError.self) {
            _ = try RegistryManifest(Array(list.utf8), declared: ManifestType.image.rawValue)
        }
        let plain = #"{"schemaVersion":2,"manifests":[]}"#
        #expect(throws: BerthError.self) {
            _ = try RegistryManifest(Array(plain.utf8), declared: ManifestType.image.rawValue)
        }
    }

    @Test func `a document of too many parts is refused, and mangled ones do no harm`() throws {
        let many = Array(repeating: Self.part, count: 5000).joined(separator: ",")
        #expect(throws: BerthError.self) {
            _ = try RegistryManifest(Array(#"{"schemaVersion":2,"manifests":[\#(many)]}"#.utf8))
        }
        let whole = Array(#"{"schemaVersion":2,"config":\#(Self.part),"layers":[\#(Self.part)]}"#.utf8)
        for position in whole.indices {
            for value: UInt8 in [0, 0x22, 0x5B, 0x7D, 0xFF] {
                var mangled = whole
                mangled[position] = value
                _ = try? RegistryManifest(mangled)
                _ = try? RegistryManifest(Array(mangled[..<position]))
            }
        }
    }
}
