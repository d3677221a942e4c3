package import BerthSystem
internal import SystemPackage

/// Other people's readers of bills of materials and signatures, which `scripts/setup test` installs.
package enum ForeignReaders {
    /// Runs Tests/Readers/attestation.py.
    package static func run(_ arguments: String...) async throws -> Command.Outcome {
        let data = Machine.environment("XDG_DATA_HOME").map { FilePath($0) } ?? Machine.home.pushing(".local/share")
        let python = data.pushing("berth-tools/readers/bin/python")
        guard Files.exists(python) else {
            throw BerthError(
                .failed, "the readers are not installed", place: python.string, remedy: "run scripts/setup test")
        }
        let project = FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()
        let script = project.pushing("Tests/Readers/attestation.py")
        return try await Command(python, [script.string] + arguments).run()
    }
}
