internal import BerthSystem
internal import CArchive

/// One member of a foreign archive whose name and kind passed our policy.
package struct ArchiveEntry: Sendable {
    /// Name, kind, mode, owner and time as the archive has them.
    package let member: TreeMember
    /// Whether the archive states the member's size (raw streams do not).
    package let sizeKnown: Bool

    /// Nil for the archive's own root (`./`).
    init?(_ raw: OpaquePointer, in place: String) throws {
        let bytes = unsafe Self.bytes(archive_entry_pathname(raw) ?? archive_entry_pathname_utf8(raw))
        guard let bytes else { throw BerthError(.damaged, "a member's name can't be read", place: place) }
        let path: ArchivePath
        do {
            guard let parsed = try ArchivePath.parse(member: bytes) else { return nil }
            path = parsed
        } catch {
            throw BerthError(.damaged, "refused member: \(error)", place: place, done: "nothing of it was used")
        }
        guard unsafe archive_entry_sparse_count(raw) == 0 else {
            throw BerthError(.damaged, "refused member \(path): it is sparse", place: place)
        }
        sizeKnown = unsafe archive_entry_size_is_set(raw) != 0
        member = TreeMember(
            path, try unsafe Self.kind(raw, path, place), mode: UInt16(unsafe archive_entry_perm(raw) & 0o7777),
            owner: .init(
                user: UInt32(clamping: unsafe archive_entry_uid(raw)),
                group: UInt32(clamping: unsafe archive_entry_gid(raw))),
            modified: Int64(unsafe archive_entry_mtime(raw)))
    }

    private static func kind(_ raw: OpaquePointer, _ path: ArchivePath, _ place: String) throws -> TreeMember.Kind {
        func refuse(_ why: String) -> BerthError {
            BerthError(.damaged, "refused member \(path): \(why)", place: place, done: "nothing of it was used")
        }
        if let target = unsafe bytes(archive_entry_hardlink(raw) ?? archive_entry_hardlink_utf8(raw)) {
            do {
                guard let link = try ArchivePath.parse(member: target) else { throw refuse("it links to the root") }
                return .hardlink(to: link)
            } catch let error as ArchivePathError { throw refuse("its link \(error)") }
        }
        switch unsafe UInt32(archive_entry_filetype(raw)) {
        case 0o100000:
            let size = unsafe archive_entry_size(raw)
            guard size >= 0 else { throw refuse("its size is negative") }
            return .file(size: size)
        case 0o040000: return .directory
        case 0o120000:
            let target = unsafe bytes(archive_entry_symlink(raw) ?? archive_entry_symlink_utf8(raw)) ?? []
            guard let text = String(validating: target, as: UTF8.self), !text.isEmpty, target.count <= 4095,
                !target.contains(where: { $0 < 0x20 })
            else { throw refuse("its symlink target is not a path") }
            return .symlink(target: text)
        default: throw refuse("device nodes, FIFOs and sockets are not accepted")
        }
    }

    private static func bytes(_ text: UnsafePointer<CChar>?) -> [UInt8]? {
        guard let text = unsafe text else { return nil }
        var result: [UInt8] = []
        var index = 0
        while unsafe text[index] != 0 {
            result.append(unsafe UInt8(bitPattern: text[index]))
            index += 1
        }
        return result
    }
}
