internal import Foundation
package import SystemPackage

extension Files {
    /// The extended attributes of a file that mean something to whoever uses it, by name (listxattr(2)).
    ///
    /// Without those that a system sets on its own; none where they can't be read.
    package static func attributeNames(_ path: FilePath) -> [String] {
        let facts = try? FileManager.default.attributesOfItem(atPath: path.string)
        let attributes = facts?[FileAttributeKey(rawValue: "NSFileExtendedAttributes")] as? [String: Any]
        return (attributes ?? [:]).keys.filter { !$0.hasPrefix("com.apple.") && $0 != "security.selinux" }.sorted()
    }
}
