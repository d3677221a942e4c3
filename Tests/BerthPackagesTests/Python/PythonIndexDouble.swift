import BerthArchive
import BerthSystem
import BerthTestSupport

@testable import BerthPackages

/// A package index of wheels that the test makes, as a folder of pages for a mirror (PEP 503, PEP 658, PEP 691).
struct IndexDouble {
    var wheels: [WheelBuilder] = []
    /// Source distributions: project and file name.
    var sources: [(project: String, fileName: String)] = []

    /// Path to bytes, as `Mirror.serving` takes it.
    var pages: [String: [UInt8]] {
        var pages: [String: [UInt8]] = [:]
        for project in Set(wheels.map(\.project) + sources.map(\.project)) {
            let files =
                wheels.filter { $0.project == project }.map { file($0, &pages) }
                + sources.filter { $0.project == project }.map { source in
                    pages["files/\(source.fileName)"] = Array("not read".utf8)
                    let digest = Digest.of("not read").hex
                    return
                        #"{"filename": "\#(source.fileName)", "url": "/files/\#(source.fileName)", "hashes": {"sha256": "\#(digest)"}}"#
                }
            let page =
                #"{"meta": {"api-version": "1.0"}, "name": "\#(project)", "files": [\#(files.joined(separator: ", "))]}"#
            pages["simple/\(project)/"] = Array(page.utf8)
        }
        return pages
    }

    private func file(_ wheel: WheelBuilder, _ pages: inout [String: [UInt8]]) -> String {
        let path = "files/\(wheel.fileName)"
        let bytes = wheel.bytes
        pages[path] = bytes
        pages[path + ".metadata"] = Array(wheel.metadataText.utf8)
        return
            #"{"filename": "\#(wheel.fileName)", "url": "/\#(path)", "size": \#(bytes.count), "core-metadata": true, "#
            + #""upload-time": "2026-01-02T03:04:05.000000Z", "hashes": {"sha256": "\#(Digest.of(bytes).hex)"}}"#
    }
}
