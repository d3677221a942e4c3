internal import BerthDocument

/// Reads any lockfile into what it locks.
package enum LockfileReader {
    /// Reads a lockfile's bytes; `file` is its path below the project, for faults and for what it includes.
    ///
    /// `including` reads a file that a requirements file includes. Throws `DocumentFaults` with all that is wrong, or what
    /// `including` throws.
    package static func read(
        _ bytes: [UInt8], file: String, format: LockfileFormat, including: IncludedFile? = nil
    ) throws -> LockedDependencies {
        if let found = try NodeLocks.read(bytes, file: file, format: format) { return found }
        if let found = try PythonLocks.read(bytes, file: file, format: format, including: including) { return found }
        throw DocumentFaults([
            DocumentFault(
                place: DocumentPlace(file: file, line: 0, column: 0), message: "no reader knows the format \(format)")
        ])
    }
}
