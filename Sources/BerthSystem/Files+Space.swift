internal import Foundation
package import SystemPackage

extension Files {
    /// Bytes that a user may still write to the file system of a path (statvfs(3)).
    package static func freeSpace(_ path: FilePath) throws -> Int64 {
        var facts = statvfs()
        guard unsafe path.withPlatformString({ unsafe statvfs($0, &facts) }) == 0 else {
            throw BerthError(errno: errno, "ask for the free space at", path.string)
        }
        let (bytes, isTooMuch) = UInt64(facts.f_bavail).multipliedReportingOverflow(by: UInt64(facts.f_frsize))
        return isTooMuch ? .max : Int64(clamping: bytes)
    }
}
