internal import SystemPackage

/// Where something was when it was opened, put together when a message asks for it.
///
/// A path for each step down would be a copy of all names above it: in a deep tree most of the work of walking it.
indirect enum Origin: Sendable {
    case path(FilePath)
    /// A name in a folder that was opened before.
    case inside(Origin, FileName)

    var path: FilePath {
        var (names, next): ([FileName], Origin) = ([], self)
        while case .inside(let above, let name) = next {
            names.append(name)
            next = above
        }
        guard case .path(let start) = next else { return "" }
        return start.appending(names.reversed())
    }
}
