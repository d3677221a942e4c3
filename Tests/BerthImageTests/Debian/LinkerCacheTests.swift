import BerthArchive
import BerthPackages
import BerthSystem
import BerthTestSupport
import Foundation
import SystemPackage
import Testing

@testable import BerthImage

/// `/etc/ld.so.cache` and the reading of libraries, against this machine's own ldconfig.
struct LinkerCacheTests {
    /// Orders by glibc's comparison, upwards.
    @Test func `digits compare as numbers and come after letters`() {
        let names = ["libc.so.6", "libab.so.10", "libab.so.9", "libab.so", "liba.so", "liba1.so", "lib.so"]
        let sorted = names.sorted(by: LinkerCache.precedes)
        #expect(sorted == ["lib.so", "liba.so", "libab.so", "libab.so.9", "libab.so.10", "liba1.so", "libc.so.6"])
        for name in names { #expect(!LinkerCache.precedes(name, name)) }
        for (one, other) in zip(sorted, sorted.dropFirst()) { #expect(!LinkerCache.precedes(other, one)) }
    }

    @Test func `a link counts by its own name only where ldconfig takes it so`() {
        let sonames: Set = ["libz.so.1", "libbz2.so.1.0"]
        #expect(LinkerCache.counts(link: "libz.so.1", sonames))
        #expect(LinkerCache.counts(link: "libz.so", sonames))
        #expect(!LinkerCache.counts(link: "libbz2.so.1", sonames))
        #expect(!LinkerCache.counts(link: "libother.so", sonames))
    }

    /// The platform whose C library this machine has.
    private static var own: Platform? {
        DebianArchitecture.allCases.first { Files.exists(FilePath("/usr/lib/\($0.triplet)/libc.so.6")) }.map {
            Platform($0)
        }
    }

    /// Copies libraries of this machine into a root, lets ldconfig make a cache there, and reads both with ldconfig.
    @Test(.linuxOnly("ldconfig")) func `our cache reads like the one that ldconfig makes`() async throws {
        let ldconfig = try Programs.require("ldconfig", remedy: "install libc-bin")
        let folder = try TemporaryFolder("linker")
        let platform = try #require(Self.own)
        let libraries = "usr/lib/\(platform.architecture.triplet)"
        let names = try Files.list(FilePath("/\(libraries)")).filter(LibraryName.matches)
        var entries: [String: String] = [:]
        for name in names.sorted().prefix(80) {
            let from = FilePath("/\(libraries)").appending(name)
            guard try Files.facts(from)?.kind == .file, let soname = try scanned(from).soname else { continue }
            let target = folder.path.pushing(FilePath(libraries)).appending(soname)
            try Files.makeDirectory(target.removingLastComponent())
            try Files.writeAtomically(try Files.read(from, limit: 1 << 30), to: target)
            entries[soname] = "/lib/\(platform.architecture.triplet)/\(soname)"
        }
        try #require(entries.count > 10)
        try FileManager.default.createSymbolicLink(
            atPath: folder.path.appending("lib").string, withDestinationPath: "usr/lib")
        try Files.makeDirectory(folder.path.appending("etc"))
        try Files.writeAtomically(
            "/lib/\(platform.architecture.triplet)\n", to: folder.path.pushing("etc/ld.so.conf"))
        _ = try await Command(ldconfig, ["-r", folder.path.string]).output()
        let ours = folder.path.appending("ours")
        try Files.writeAtomically(LinkerCache.render(entries, platform), to: ours)
        let theirs = try await listed(folder.path.pushing("etc/ld.so.cache"), ldconfig)
        #expect(try await listed(ours, ldconfig) == theirs)
        #expect(theirs.count >= entries.count)
    }

    private func listed(_ cache: FilePath, _ ldconfig: FilePath) async throws -> [String] {
        try await Command(ldconfig, ["-p", "-C", cache.string]).output().split(separator: "\n").map(String.init)
            .filter { $0.hasPrefix("\t") }
    }

    private func scanned(_ file: FilePath, piece: Int = 1 << 16) throws -> ELFScanner {
        var scanner = ELFScanner()
        let bytes = try Files.read(file, limit: 1 << 30)
        for start in stride(from: 0, to: bytes.count, by: piece) {
            let part = Array(bytes[start..<min(start + piece, bytes.count)])
            scanner.see(part.span.bytes)
        }
        return scanner
    }

    @Test(.linuxOnly("ELF libraries"), arguments: [511, 4096, 1 << 20])
    func `the C library's name is read, however its bytes come`(piece: Int) throws {
        let platform = try #require(Self.own)
        let scanner = try scanned(FilePath("/usr/lib/\(platform.architecture.triplet)/libc.so.6"), piece: piece)
        #expect(scanner.isLibrary)
        #expect(scanner.soname == "libc.so.6")
    }

    @Test func `what is no library has no name`() {
        for bytes in [[], [0x7F, 0x45, 0x4C, 0x46], [UInt8](repeating: 0xFF, count: 5000), Array("INPUT(-lc)".utf8)] {
            var scanner = ELFScanner()
            scanner.see(bytes.span.bytes)
            #expect(!scanner.isLibrary)
            #expect(scanner.soname == nil)
        }
        var lying = ELFScanner()
        lying.see(([0x7F, 0x45, 0x4C, 0x46, 2, 1] + [UInt8](repeating: 0xFF, count: 5000)).span.bytes)
        #expect(lying.soname == nil)
    }
}
