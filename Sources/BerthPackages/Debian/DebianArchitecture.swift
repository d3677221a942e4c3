/// A Debian port that images are built for.
package enum DebianArchitecture: String, Sendable, Hashable, Codable, CaseIterable {
    case arm64
    case amd64

    /// The GNU triplet of the port's library folders (`/usr/lib/<triplet>`).
    package var triplet: String {
        switch self {
        case .arm64: "aarch64-linux-gnu"
        case .amd64: "x86_64-linux-gnu"
        }
    }

    /// The name that an OCI platform has for it; for these two Debian and Go agree.
    package var ociName: String { rawValue }

    /// The machine's name in `uname -m` and in wheel tags.
    package var machine: String {
        switch self {
        case .arm64: "aarch64"
        case .amd64: "x86_64"
        }
    }
}
