import BerthArchive
import BerthSystem
import BerthTestSupport
import SystemPackage
import Testing

@testable import BerthPackages

/// Entries whose headers agree and whose bytes do not: only reading them shows it (quality.md §5.1, row 22).
@Suite struct PythonWheelZipTests {
    private func refusal(_ change: @escaping (inout [ZipBuilder.Entry]) throws -> Void) throws -> String? {
        let folder = try TemporaryFolder("wheel")
        var builder = WheelBuilder()
        builder.files = [("demo/__init__.py", String(repeating: "x = 1\n", count: 1000))]
        builder.entries = { entries in
            do { try change(&entries) } catch { Issue.record(error) }
        }
        do {
            try builder.open(in: folder.path).verify()
            return nil
        } catch let error as BerthError {
            #expect(error.status == .damaged)
            return error.what
        }
    }

    @Test func `deflated entries are read`() throws { #expect(try refusal { $0[0] = try $0[0].deflated() } == nil) }

    @Test func `a wrong CRC is refused although RECORD fits`() throws {
        #expect(try refusal { $0[0].checksum ^= 1 } != nil)
        #expect(
            try refusal {
                $0[0] = try $0[0].deflated()
                $0[0].checksum ^= 1
            } != nil)
    }

    @Test(arguments: [-1, 1, 100, -5999])
    func `a deflate stream of another size than stated is refused`(difference: Int) throws {
        #expect(
            try refusal {
                $0[0] = try $0[0].deflated()
                $0[0].size = UInt32(Int($0[0].size) + difference)
            } != nil)
    }

    @Test func `a deflate stream that is cut, broken or followed by bytes is refused`() throws {
        #expect(
            try refusal {
                $0[0] = try $0[0].deflated()
                $0[0].stored.removeLast(3)
            } != nil)
        #expect(
            try refusal {
                $0[0] = try $0[0].deflated()
                $0[0].stored[5] ^= 0xFF
            } != nil)
        #expect(
            try refusal {
                $0[0] = try $0[0].deflated()
                $0[0].stored += Array("hidden".utf8)
            } != nil)
    }

    @Test func `a wheel with a zip of zeros stops at the limit`() throws {
        let folder = try TemporaryFolder("wheel")
        var builder = WheelBuilder()
        builder.entries = { entries in
            let zeros = ZipBuilder.Entry(Array("demo/zeros".utf8), [UInt8](repeating: 0, count: 4 << 20))
            do { entries.append(try zeros.deflated()) } catch { Issue.record(error) }
        }
        let path = folder.path.appending("wheel")
        try writeUnsynced(builder.bytes, to: path)
        let error = #expect(throws: BerthError.self) {
            try WheelArchive(path, fileName: builder.fileName, limits: ArchiveLimits(entrySize: 1 << 20))
        }
        #expect(error?.what.contains("over 1048576 bytes") == true)
    }
}
