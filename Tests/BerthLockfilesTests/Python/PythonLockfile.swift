import BerthDocument
import BerthSystem
import SystemPackage
import Testing

@testable import BerthLockfiles

/// A lockfile that a real tool wrote; hosts and paths were replaced.
struct PythonLockfile: Sendable, CustomTestStringConvertible {
    let name: String
    let format: LockfileFormat

    static let all = [
        PythonLockfile(name: "uv.lock", format: .uv),
        PythonLockfile(name: "poetry-1.1.lock", format: .poetry),
        PythonLockfile(name: "poetry-2.0.lock", format: .poetry),
        PythonLockfile(name: "poetry-2.1.lock", format: .poetry),
        PythonLockfile(name: "pdm.lock", format: .pdm),
        PythonLockfile(name: "pdm-urls.lock", format: .pdm),
        PythonLockfile(name: "Pipfile.lock", format: .pipfile),
        PythonLockfile(name: "pylock.uv.toml", format: .pylock),
        PythonLockfile(name: "pylock.pip.toml", format: .pylock),
        PythonLockfile(name: "requirements.txt", format: .requirements),
        PythonLockfile(name: "requirements.pip-tools.txt", format: .requirements),
    ]

    /// Those that are made of tables.
    static let trees = all.filter { $0.format != .requirements }

    static func named(_ name: String) throws -> PythonLockfile { try #require(all.first { $0.name == name }) }

    var testDescription: String { name }

    private static let tests = FilePath(#filePath).removingLastComponent().removingLastComponent()
        .removingLastComponent()

    var text: String { get throws { try Files.readText(Self.tests.pushing("Lockfiles").appending(name)) } }

    /// The file's values.
    var root: DocumentNode {
        get throws {
            let bytes = Array(try text.utf8)
            if format == .pipfile { return try JSONDocument(bytes, file: name).root }
            return try TOMLDocument(bytes, file: name).root
        }
    }

    func read() throws -> LockedDependencies { try read(try text) }

    func read(_ text: String) throws -> LockedDependencies {
        try #require(try PythonLocks.read(Array(text.utf8), file: name, format: format))
    }

    /// Reads values written anew.
    func read(_ root: DocumentNode, _ writer: inout TreeWriter) throws -> LockedDependencies {
        try read(writer.text(root, format == .pipfile))
    }
}

/// What is wrong with a text, in words.
func faults(_ text: String, _ format: LockfileFormat, including: IncludedFile? = nil) -> [String] {
    do {
        _ = try PythonLocks.read(Array(text.utf8), file: "f", format: format, including: including)
        return []
    } catch let error as DocumentFaults { return error.faults.map(\.description) } catch { return ["\(error)"] }
}

/// Numbers that look random, the same in each run.
struct LockfileNoise: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
