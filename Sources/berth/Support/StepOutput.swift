internal import BerthSystem
internal import SystemPackage

/// Outputs of a workflow step, in the file that the runner names in `$GITHUB_OUTPUT`.
enum StepOutput {
    /// Adds outputs; nothing happens outside of a workflow.
    ///
    /// Each value stands between delimiters that nobody can foresee: a key of another's making can't add outputs of its
    /// own (docs.github.com, "workflow commands", multiline strings).
    static func write(_ outputs: KeyValuePairs<String, String>) throws {
        guard let path = Machine.environment("GITHUB_OUTPUT"), !path.isEmpty else { return }
        let lines = outputs.map { name, value in
            let mark = "berth-\(UInt64.random(in: .min ... .max))-\(UInt64.random(in: .min ... .max))"
            return "\(name)<<\(mark)\n\(value)\n\(mark)\n"
        }
        let file = try Files.open(
            FilePath(path), .writeOnly, options: [.append, .create], permissions: [.ownerReadWrite, .groupRead])
        defer { try? file.close() }
        try Files.writeAll(Array(lines.joined().utf8), to: file, FilePath(path))
    }
}
