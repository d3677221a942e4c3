import BerthSystem
import BerthTestSupport
import SystemPackage
import Testing

/// Whole small files in memory.
struct ContentsTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test(arguments: [0, 1, 4095, 4096, 4097, 65_535, 65_536, 200_000])
    func `a file is read to its last byte, and no further`(_ count: Int) throws {
        let path = folder.path.appending("file")
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
        try Files.writeAtomically(bytes, to: path)
        #expect(try Files.read(path) == bytes)
        #expect(try Files.read(path, limit: count) == bytes)
        guard count > 0 else { return }
        #expect(throws: BerthError.self) { try Files.read(path, limit: count - 1) }
    }

    @Test(.linuxOnly("files of procfs, whose size is 0"))
    func `a file that does not say how long it is is read to its end`() throws {
        // Some MB: more than one read gives.
        let path: FilePath = "/proc/kallsyms"
        let bytes = try Files.read(path)
        #expect(bytes.count > 1 << 16 && bytes.last == 0x0A)
        #expect(throws: BerthError.self) { try Files.read(path, limit: 5000) }
    }
}
