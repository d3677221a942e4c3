internal import BerthArchive
internal import BerthSystem
internal import Foundation
internal import SystemPackage

/// A file of a local mirror folder, read in pieces; its methods block.
final class LocalFile: Sendable {
    private let descriptor: FileDescriptor
    /// What the file system says of its size, in bytes.
    let size: Int64

    /// Opens a `file:` address; a wrong size, no file, and no regular file are faults.
    init(_ address: Address, size expected: ByteCount? = nil) throws {
        guard let named = address.file else { throw Fault.missing }
        // Mirrors hold symlinks; what they lead to must be a regular file, for a FIFO would block us for ever.
        let path = FilePath(URL(fileURLWithPath: named.string).resolvingSymlinksInPath().path)
        guard let facts = try Files.facts(path) else { throw Fault.missing }
        guard facts.kind == .file else { throw Fault.unusable("this is no regular file") }
        if let expected, facts.size != expected.value { throw Fault.otherSize(got: facts.size) }
        size = facts.size
        do { descriptor = try Files.open(path, .readOnly, options: .nonBlocking) } catch let error as BerthError {
            throw Fault.unusable("the file can't be read (\(error.what))")
        }
    }

    deinit { try? descriptor.close() }

    /// Bytes from an offset on; none at the end.
    func read(from offset: Int64, count: Int) throws -> [UInt8] {
        do {
            return try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
                filled = try descriptor.read(fromAbsoluteOffset: offset, into: UnsafeMutableRawBufferPointer(buffer))
            }
        } catch {
            throw Fault.trouble("the file can't be read (\(error))")
        }
    }
}
