internal import BerthSystem
internal import SystemPackage

/// An open blob of the store; its methods block.
final class BlobFile: Sendable {
    private let descriptor: FileDescriptor
    private let path: FilePath

    init(_ path: FilePath) throws {
        self.path = path
        descriptor = try Files.open(path, .readOnly)
    }

    deinit { try? descriptor.close() }

    /// Exactly so many bytes; fewer mean that the file is cut short (`.damaged`).
    func read(from offset: Int64, count: Int) throws -> [UInt8] {
        var done = 0
        let bytes = try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while done < count {
                let target = UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[done...])
                let got = try descriptor.read(fromAbsoluteOffset: offset + Int64(done), into: target)
                if got == 0 { break }
                done += got
            }
            filled = done
        }
        guard done == count else { throw BerthError(.damaged, "a blob is cut short", place: path.string) }
        return bytes
    }
}
