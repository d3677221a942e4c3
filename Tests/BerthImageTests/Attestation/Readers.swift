import BerthSystem
import BerthTestSupport
import SystemPackage

/// Other people's readers of bills of materials and signatures, which `scripts/setup test` installs.
enum Readers {
    /// Runs Tests/Readers/attestation.py.
    static func run(_ arguments: String...) async throws -> Command.Outcome {
        let data = Machine.environment("XDG_DATA_HOME").map { FilePath($0) } ?? Machine.home.pushing(".local/share")
        let python = data.pushing("berth-tools/readers/bin/python")
        guard Files.exists(python) else {
            throw BerthError(
                .failed, "the readers are not installed", place: python.string, remedy: "scripts/setup test")
        }
        let tests = FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()
        return try await Command(python, [tests.pushing("Readers/attestation.py").string] + arguments).run()
    }
}
