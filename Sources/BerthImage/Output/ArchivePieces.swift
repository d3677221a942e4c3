package import BerthArchive
internal import BerthSystem
internal import SystemPackage

/// An image archive as pieces in order: bytes made here, and files of the store that are read when their turn comes.
package struct ArchivePieces: Sendable {
    enum Piece: Sendable {
        case bytes([UInt8])
        case file(FilePath, size: Int64)
    }

    private(set) var pieces: [Piece] = []
    private let date: Int64

    init(date: Int64) { self.date = date }

    mutating func add(_ path: ArchivePath, _ bytes: [UInt8]) throws {
        pieces.append(.bytes(try header(path, Int64(bytes.count)) + bytes + padding(bytes.count)))
    }

    mutating func add(_ path: ArchivePath, file: FilePath, size: ByteCount) throws {
        pieces.append(.bytes(try header(path, size.value)))
        pieces.append(.file(file, size: size.value))
        pieces.append(.bytes(padding(Int(size.value % 512))))
    }

    mutating func addFolder(_ path: ArchivePath) throws {
        var tar = TarWriter(ByteBuffer())
        try tar.begin(TreeMember(path, .directory, mode: 0o755, modified: date))
        pieces.append(.bytes(tar.release().bytes))
    }

    mutating func finish() { pieces.append(.bytes([UInt8](repeating: 0, count: 1024))) }

    /// Bytes in all.
    package var size: ByteCount {
        pieces.reduce(ByteCount(0)) { sum, piece in
            switch piece {
            case .bytes(let bytes): sum + ByteCount(bytes.count)
            case .file(_, let size): sum + ByteCount(size)
            }
        }
    }

    /// Hands the archive out piece by piece, at most a mebibyte at a time.
    package func write(to body: ([UInt8]) async throws -> Void) async throws {
        for piece in pieces {
            switch piece {
            case .bytes(let bytes): if !bytes.isEmpty { try await body(bytes) }
            case .file(let path, let size): try await write(path, size, body)
            }
        }
    }

    private func write(_ path: FilePath, _ size: Int64, _ body: ([UInt8]) async throws -> Void) async throws {
        let descriptor = try Files.open(path, .readOnly)
        defer { try? descriptor.close() }
        var rest = size
        while rest > 0 {
            let count = Int(min(rest, 1 << 20))
            let bytes = try await offload { try Files.read(descriptor, count: count, path) }
            try await body(bytes)
            rest -= Int64(count)
        }
    }

    private func header(_ path: ArchivePath, _ size: Int64) throws -> [UInt8] {
        var tar = TarWriter(ByteBuffer())
        try tar.begin(TreeMember(path, .file(size: size), mode: 0o644, modified: date))
        return tar.release().bytes
    }

    private func padding(_ count: Int) -> [UInt8] { [UInt8](repeating: 0, count: (512 - count % 512) % 512) }
}
