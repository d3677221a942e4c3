internal import BerthSystem
internal import CArchive
internal import SystemPackage

/// Feeds libarchive from a file or a part of one, with seeking for zip.
@safe final class ArchiveSource {
    private let descriptor: FileDescriptor
    private let range: Range<Int64>
    private var position: Int64
    private let buffer: UnsafeMutableRawBufferPointer

    init(_ path: FilePath, range: Range<Int64>?) throws {
        descriptor = try Files.open(path, .readOnly)
        let size = try descriptor.seek(offset: 0, from: .end)
        self.range = range ?? 0..<size
        position = self.range.lowerBound
        unsafe buffer = .allocate(byteCount: 256 << 10, alignment: 16)
        guard self.range.upperBound <= size else {
            throw BerthError(.damaged, "the file ends before one of its parts does", place: path.string)
        }
    }

    deinit {
        unsafe buffer.deallocate()
        try? descriptor.close()
    }

    /// Opens the archive on this source; the source must outlive it.
    func attach(to handle: OpaquePointer) -> Int32 {
        unsafe archive_read_set_read_callback(handle) { _, client, buffer in
            unsafe ArchiveSource.from(client).read(buffer)
        }
        unsafe archive_read_set_seek_callback(handle) { _, client, offset, whence in
            unsafe Int64(ArchiveSource.from(client).seek(Int64(offset), whence))
        }
        unsafe archive_read_set_callback_data(handle, Unmanaged.passUnretained(self).toOpaque())
        return unsafe archive_read_open1(handle)
    }

    private static func from(_ client: UnsafeMutableRawPointer?) -> ArchiveSource {
        unsafe Unmanaged<ArchiveSource>.fromOpaque(client.unsafelyUnwrapped).takeUnretainedValue()
    }

    private func read(_ pointer: UnsafeMutablePointer<UnsafeRawPointer?>?) -> Int {
        let wanted = min(Int64(unsafe buffer.count), range.upperBound - position)
        guard wanted > 0 else { return 0 }
        let target = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[..<Int(wanted)])
        guard let count = try? unsafe descriptor.read(fromAbsoluteOffset: position, into: target) else { return -30 }
        position += Int64(count)
        unsafe pointer?.pointee = unsafe UnsafeRawPointer(buffer.baseAddress)
        return count
    }

    private func seek(_ offset: Int64, _ whence: Int32) -> Int64 {
        let base = [range.lowerBound, position, range.upperBound][Int(min(max(whence, 0), 2))]
        let target = base + offset
        guard range.lowerBound <= target && target <= range.upperBound else { return -30 }
        position = target
        return target - range.lowerBound
    }
}
