import BerthArchive
import BerthSystem
import Foundation
import SystemPackage
import Testing

/// Writes members to a folder of the machine's file system.
struct FolderWriter: MemberSink {
    let root: FilePath
    private var file: FileHandle?

    init(root: FilePath) { self.root = root }

    mutating func begin(_ member: TreeMember) throws {
        let path = root.pushing(FilePath(member.path.description))
        try Files.makeDirectory(path.removingLastComponent())
        try file?.close()
        try #require(try Files.facts(path) == nil)
        switch member.kind {
        case .directory: return try Files.makeDirectory(path)
        case .symlink(let target):
            return try FileManager.default.createSymbolicLink(atPath: path.string, withDestinationPath: target)
        default: break
        }
        let mode = [FileAttributeKey.posixPermissions: Int(member.mode)]
        try #require(FileManager.default.createFile(atPath: path.string, contents: nil, attributes: mode))
        file = FileHandle(forWritingAtPath: path.string)
    }

    mutating func append(_ bytes: RawSpan) throws {
        var buffer = ByteBuffer()
        buffer.append(bytes)
        try #require(file).write(contentsOf: buffer.bytes)
    }
}

/// Writes a file without waiting for the disk: thousands of small ones are written here.
func writeUnsynced(_ bytes: [UInt8], to path: FilePath) throws {
    try Data(bytes).write(to: URL(filePath: path.string))
}
