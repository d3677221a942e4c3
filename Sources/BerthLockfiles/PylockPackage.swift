package import BerthArchive

/// One package of a PEP 751 `pylock.toml`.
package struct PylockPackage: Sendable, Equatable {
    /// Normalised as PEP 503 says: lower case, runs of `-`, `_` and `.` as one `-`.
    package let name: String
    package let version: String?
    /// The environment marker as written; the writer has already chosen for one environment when it resolved for one.
    package let marker: String?
    package let wheels: [PylockFile]
    package let sourceDistribution: PylockFile?
    /// The index that the package came from, as written.
    package let index: String?
}

/// One file of a package: a wheel or a source distribution.
package struct PylockFile: Sendable, Equatable {
    package let fileName: String
    /// Where the writer found it; an address or a path.
    package let location: Location
    /// In bytes, where the index says so.
    package let size: ByteCount?
    package let digest: Digest
    /// Seconds since 1970.
    package let uploaded: Int64?

    /// Where a file lies.
    package enum Location: Sendable, Equatable {
        case address(String)
        case path(String)
    }
}

/// Names of Python projects.
package enum PythonName {
    /// A name as PEP 503 compares it: lower case, each run of `-`, `_`, `.` as one `-`.
    package static func normalised(_ name: some StringProtocol) -> String {
        name.lowercased().split(omittingEmptySubsequences: true) { "-_.".contains($0) }.joined(separator: "-")
    }

    /// Whether a text is a project's name: ASCII letters, digits, and `-_.` inside (PEP 508).
    package static func isValid(_ name: some StringProtocol) -> Bool {
        func plain(_ unit: UInt8) -> Bool {
            (0x30...0x39).contains(unit) || (0x41...0x5A).contains(unit) || (0x61...0x7A).contains(unit)
        }
        let units = Array(name.utf8)
        guard let first = units.first, let last = units.last, plain(first), plain(last) else { return false }
        return units.allSatisfy { plain($0) || $0 == 0x2D || $0 == 0x2E || $0 == 0x5F }
    }
}
