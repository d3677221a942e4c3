/// Operating system and processor that an image is for, in the words of image-spec: `linux/arm64`.
package struct ImagePlatform: Sendable, Hashable, CustomStringConvertible {
    package let system: String
    package let architecture: String

    package init(system: String = "linux", architecture: String) {
        self.system = system
        self.architecture = ImagePlatform.plain(architecture)
    }

    /// Reads `linux/arm64`; a variant is dropped, because `v8` is the only one of arm64 in use.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard (2...3).contains(parts.count), parts.allSatisfy({ !$0.isEmpty }) else { return nil }
        self.init(system: String(parts[0]), architecture: String(parts[1]))
    }

    package var description: String { "\(system)/\(architecture)" }

    /// The kernel's names for processors, as image-spec (and Debian) write them.
    private static func plain(_ name: String) -> String {
        switch name {
        case "x86_64": "amd64"
        case "aarch64": "arm64"
        default: name
        }
    }
}
