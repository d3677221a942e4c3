/// Work on many paths that looks at two neighbours at a time: a tree of folders made of their ancestors may have a
/// thousand times as many bytes as the paths themselves.
extension [ArchivePath] {
    /// Sorted as a walk meets them: what lies below a path comes right after it.
    package var inWalkOrder: [ArchivePath] {
        sorted { one, other in
            one.bytes.lexicographicallyPrecedes(other.bytes) { ArchivePath.rank($0) < ArchivePath.rank($1) }
        }
    }

    /// The first path that another one of them lies below, with that one; they are in walk order, each once.
    package var firstNested: (above: ArchivePath, below: ArchivePath)? {
        zip(self, dropFirst()).first { $0.1.isWithin($0.0) }.map { (above: $0.0, below: $0.1) }
    }

    /// Bytes of the names of all folders above them, each folder once; they are in walk order.
    package var folderBytes: Int {
        var total = 0
        var before: [UInt8] = []
        for path in self {
            let shared = zip(path.bytes, before).prefix { $0 == $1 }.count
            for index in path.bytes.indices where path.bytes[index] == ArchivePath.slash {
                // A folder of the path before ends where that one has a slash too.
                if index >= shared { total += index }
            }
            before = path.bytes
        }
        return total
    }
}

extension ArchivePath {
    fileprivate static func rank(_ byte: UInt8) -> UInt8 { byte == slash ? 0 : byte }
}
