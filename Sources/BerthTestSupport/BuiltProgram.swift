package import BerthSystem
internal import Foundation
package import SystemPackage

/// The `berth` that was built together with the tests.
package enum BuiltProgram {
    /// Where it is: beside the test program, wherever the build folder lies.
    package static var path: FilePath {
        get throws {
            let candidates = buildFolders.map { $0.appending("berth") }
            if let found = candidates.first(where: { Files.exists($0) }) { return found }
            throw BerthError(
                .failed, "the built program berth is not there", place: candidates.map(\.string).joined(separator: " "),
                remedy: "build everything first: swift build")
        }
    }

    /// A call of it, ready to run; `home` is its store, kept apart from the user's.
    package static func command(_ arguments: [String], home: FilePath) throws -> Command {
        var command = Command(try path, arguments)
        command.environment["BERTH_HOME"] = home.string
        command.environment["BERTH_SIGNING_KEY"] = signingKey(home).string
        return command
    }

    /// The key that such calls sign with: never the user's own.
    package static func signingKey(_ home: FilePath) -> FilePath { home.pushing(".keys/signing.pem") }

    private static var buildFolders: [FilePath] {
        var folders = [Machine.executable?.removingLastComponent()].compactMap(\.self)
        // On macOS a helper of the toolchain loads the tests from a bundle: berthPackageTests.xctest/Contents/MacOS/….
        let arguments = CommandLine.arguments
        if let index = arguments.firstIndex(of: "--test-bundle-path"), arguments.indices.contains(index + 1) {
            var folder = FilePath(arguments[index + 1])
            for _ in 0..<4 {
                folder.removeLastComponent()
                folders.append(folder)
            }
        }
        return folders
    }
}
