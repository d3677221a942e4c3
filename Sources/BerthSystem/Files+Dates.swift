internal import Foundation
package import SystemPackage

extension Files {
    /// Sets a file's dates to now (utimes(2)); false when there is no such file or it is not ours.
    @discardableResult
    package static func touch(_ path: FilePath) -> Bool {
        unsafe path.withPlatformString { unsafe utimes($0, nil) } == 0
    }
}
