/// What an entry may be: a plain file or folder with a harmless name, stored or deflated, of a possible size.
struct ZipPolicy {
    let limits: ArchiveLimits

    func entry(_ header: ZipHeader) throws(ZipError) -> ZipEntry {
        guard header.flags & 0x2041 == 0 else { throw ZipError("\(header.label) is encrypted") }
        guard let method = ZipEntry.Method(rawValue: header.method) else {
            throw ZipError("\(header.label) is compressed with \(Self.name(of: header.method)), not with deflate")
        }
        let directory = header.name.last == UInt8(ascii: "/")
        let path = try path(header)
        try checkKind(header, directory)
        try checkSize(header, method)
        if directory && header.size > 0 { throw ZipError("the folder \(header.label) has contents") }
        return ZipEntry(
            path: path, isDirectory: directory, method: method, compressedSize: header.compressedSize,
            size: header.size,
            checksum: header.checksum, mode: UInt16(truncatingIfNeeded: header.external >> 16) & 0o777,
            modified: Self.seconds(header.date, header.time))
    }

    /// Refuses what only shows when all entries are seen.
    func checkTogether(_ entries: [ZipEntry]) throws(ZipError) {
        var kinds: [ArchivePath: Bool] = [:]
        for entry in entries {
            guard kinds.updateValue(entry.isDirectory, forKey: entry.path) == nil else {
                throw ZipError("\(entry.path) stands in it twice")
            }
        }
        for entry in entries {
            for folder in entry.path.ancestors where kinds[folder] == false {
                throw ZipError("\(folder) is a file, and \(entry.path) lies below it")
            }
        }
        let total = entries.reduce(Int64(0)) { $0.addingReportingOverflow($1.size).overflow ? .max : $0 + $1.size }
        guard total <= limits.totalSize else { throw ZipError("more than \(limits.totalSize) bytes in all") }
    }

    private func path(_ header: ZipHeader) throws(ZipError) -> ArchivePath {
        // Without the UTF-8 flag a name is in some DOS code page: which, no two readers agree.
        guard header.flags & 0x0800 != 0 || header.name.allSatisfy({ $0 < 0x80 }) else {
            throw ZipError("the name \(header.label) is not marked as UTF-8")
        }
        guard !header.name.contains(UInt8(ascii: "\\")) else {
            throw ZipError("the name \(header.label) has a backslash")
        }
        guard !header.name.starts(with: "./".utf8) else { throw ZipError("the name \(header.label) starts with ./") }
        do {
            guard let path = try ArchivePath.parse(member: header.name) else {
                throw ZipError("an entry without a name")
            }
            return path
        } catch let error as ArchivePathError { throw ZipError(error.description) } catch let error as ZipError {
            throw error
        } catch { throw ZipError("\(error)") }
    }

    private func checkKind(_ header: ZipHeader, _ directory: Bool) throws(ZipError) {
        switch header.external >> 16 & 0o170000 {
        case 0: break
        case 0o100000 where !directory: break
        case 0o040000 where directory: break
        case 0o120000: throw ZipError("\(header.label) is a symbolic link")
        default: throw ZipError("\(header.label) is neither a file nor a folder")
        }
    }

    private func checkSize(_ header: ZipHeader, _ method: ZipEntry.Method) throws(ZipError) {
        guard header.size <= limits.entrySize else {
            throw ZipError("\(header.label) is over \(limits.entrySize) bytes")
        }
        switch method {
        case .stored where header.size != header.compressedSize:
            throw ZipError("\(header.label) is stored with two sizes")
        // One bit of deflate gives at most 258 bytes, and a block costs some: 1032 to 1 (RFC 1951).
        case .deflated where header.size / 1032 > header.compressedSize:
            throw ZipError("\(header.label) can't be as large as it says")
        default: break
        }
    }

    private static func name(of method: UInt16) -> String {
        [9: "deflate64", 12: "bzip2", 14: "LZMA", 93: "zstd", 95: "xz", 98: "PPMd", 99: "AES"][method]
            ?? "method \(method)"
    }

    /// DOS date and time; out-of-range fields give the format's first day.
    private static func seconds(_ date: UInt16, _ time: UInt16) -> Int64 {
        let first: Int64 = 315_532_800
        let (year, month, day) = (Int64(date >> 9) + 1980, Int64(date >> 5 & 15), Int64(date & 31))
        guard (1...12).contains(month), day >= 1 else { return first }
        let shifted = month <= 2 ? year - 1 : year
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let days = shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + dayOfYear - 719_468
        return days * 86_400 + Int64(time >> 11) * 3600 + Int64(time >> 5 & 63) * 60 + Int64(time & 31) * 2
    }
}
