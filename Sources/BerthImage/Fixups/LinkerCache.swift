internal import BerthArchive
internal import BerthPackages

/// `/etc/ld.so.cache`, for `ctypes.util.find_library` and `ldconfig -p` (row 8); loading works without it.
///
/// Format: glibc's `dl-cache.h`, "glibc-ld.so.cache1.1": a header of 48 bytes, entries of 24 bytes sorted downwards by
/// glibc's own order of library names, then the strings, then an empty extension table.
struct LinkerCache: Fixup {
    func apply(_ packages: PackageSet, to tree: inout GeneratedTree) throws {
        guard packages.holds("etc/ld.so.conf") else { return }
        let folders = searched(packages)
        let libraries = packages.fragments.flatMap(\.libraries).filter { folders.contains($0.path.parent ?? $0.path) }
        let sonames = Set(libraries.compactMap(\.soname))
        var entries: [String: String] = [:]
        for library in libraries where library.soname != nil || Self.counts(link: library.path.name, sonames) {
            guard let folder = library.path.parent else { continue }
            let name = library.soname ?? library.path.name
            let place = library.soname == nil || holds(folder, name, packages) ? name : library.path.name
            entries[name] = "/\(spelled(folder))/\(place)"
        }
        tree.file("etc/ld.so.cache", Self.render(entries, packages.platform))
    }

    /// ldconfig takes a link for its own name when that is a SONAME, or a SONAME cut after `.so` (for the linker).
    static func counts(link name: String, _ sonames: Set<String>) -> Bool {
        sonames.contains(name) || name.hasSuffix(".so") && sonames.contains { $0.hasPrefix(name) }
    }

    /// The folders of ld.so.conf and its parts, and those built into ld.so.
    private func searched(_ packages: PackageSet) -> Set<ArchivePath> {
        let triplet = packages.platform.architecture.triplet
        let built = ["usr/lib", "usr/lib/\(triplet)", "usr/local/lib", "usr/local/lib/\(triplet)"]
        return Set(built.compactMap { try? ArchivePath(parsing: $0) })
    }

    private func holds(_ folder: ArchivePath, _ name: String, _ packages: PackageSet) -> Bool {
        (try? ArchivePath(parsing: name)).map { packages.holds($0.below(folder)) } ?? false
    }

    /// Debian's ld.so.conf lists `/lib/<triplet>` before `/usr/lib/<triplet>`; both are one folder.
    private func spelled(_ folder: ArchivePath) -> String {
        let text = "\(folder)"
        return text.hasPrefix("usr/lib") ? String(text.dropFirst(4)) : text
    }

    static func render(_ entries: [String: String], _ platform: Platform) -> [UInt8] {
        let sorted = entries.sorted { Self.precedes($1.key, $0.key) }
        let flags: UInt32 = platform.architecture == .arm64 ? 0x0003 | 0x0A00 : 0x0003 | 0x0300
        let start = 48 + 24 * sorted.count
        var strings: [UInt8] = []
        var table: [UInt8] = []
        for (name, path) in sorted {
            let value = start + strings.count
            strings += Array(path.utf8) + [0]
            let key = value + path.utf8.count - name.utf8.count
            table += bytes(flags) + bytes(UInt32(key)) + bytes(UInt32(value)) + [UInt8](repeating: 0, count: 12)
        }
        var header = Array("glibc-ld.so.cache1.1".utf8) + bytes(UInt32(sorted.count)) + bytes(UInt32(strings.count))
        header += [2, 0, 0, 0] + bytes(0) + [UInt8](repeating: 0, count: 12)
        return header + table + strings
    }

    private static func bytes(_ value: UInt32) -> [UInt8] {
        [0, 8, 16, 24].map { UInt8(truncatingIfNeeded: value >> UInt32($0)) }
    }

    /// glibc's `_dl_cache_libcmp`: runs of digits compare as numbers and come after everything else.
    static func precedes(_ left: String, _ right: String) -> Bool {
        var first = Array(left.utf8)[...]
        var second = Array(right.utf8)[...]
        func isDigit(_ unit: UInt8?) -> Bool { unit.map { (0x30...0x39).contains($0) } ?? false }
        while let one = first.first {
            if isDigit(one) {
                guard isDigit(second.first) else { return false }
                let number = first.prefix { isDigit($0) }
                let other = second.prefix { isDigit($0) }
                let values = (
                    Int(String(decoding: number, as: UTF8.self)) ?? 0, Int(String(decoding: other, as: UTF8.self)) ?? 0
                )
                if values.0 != values.1 { return values.0 < values.1 }
                first = first.dropFirst(number.count)
                second = second.dropFirst(other.count)
            } else {
                if isDigit(second.first) { return true }
                guard one == second.first else { return Int8(bitPattern: one) < Int8(bitPattern: second.first ?? 0) }
                first = first.dropFirst()
                second = second.dropFirst()
            }
        }
        return !second.isEmpty
    }
}
