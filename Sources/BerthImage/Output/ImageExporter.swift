package import BerthArchive
internal import BerthReport
internal import BerthSystem
package import SystemPackage

/// Writes a version's archive into a file or to standard output.
package struct ImageExporter: Sendable {
    let archive: HybridArchive

    package init(_ archive: HybridArchive) { self.archive = archive }

    /// Writes aside and renames; the archive's size comes back.
    package func export(to path: FilePath) async throws -> ByteCount {
        let pieces = try archive.pieces()
        let aside = path.removingLastComponent()
            .appending(".\(path.lastComponent?.string ?? "image").\(Machine.processIdentifier)")
        let descriptor = try Files.open(
            aside, .writeOnly, options: [.create, .truncate], permissions: .init(rawValue: 0o644))
        do {
            try await write(pieces, to: descriptor, aside)
            try Files.order(descriptor, aside)
            try descriptor.close()
            try Files.rename(aside, to: path)
        } catch {
            try? descriptor.close()
            _ = try? Files.remove(aside)
            throw error
        }
        return pieces.size
    }

    /// Writes the archive to standard output.
    package func export() async throws {
        try await write(archive.pieces(), to: .standardOutput, "standard output")
    }

    private func write(_ pieces: ArchivePieces, to descriptor: FileDescriptor, _ path: FilePath) async throws {
        try await pieces.write { bytes in try await offload { try Files.writeAll(bytes, to: descriptor, path) } }
    }
}
