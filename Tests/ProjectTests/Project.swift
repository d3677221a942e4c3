internal import BerthSystem
internal import Foundation
internal import SystemPackage
internal import Testing

/// The project's own files, as its tests look at them.
enum Project {
    static let root = FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()

    /// A file of the project, by its path from the root.
    struct File: Sendable, CustomTestStringConvertible {
        let name: String
        var path: FilePath { Project.root.pushing(FilePath(name)) }
        var text: String { get throws { try Files.readText(path) } }
        var lines: [Substring] { get throws { try text.split(separator: "\n", omittingEmptySubsequences: false) } }
        var testDescription: String { name }
    }

    /// All files but those that the build and git keep; sorted.
    static func files(below folder: String = "") throws -> [File] {
        let kept = folder.isEmpty ? root : root.pushing(FilePath(folder))
        return try Files.list(kept).flatMap { name -> [File] in
            if [".git", "__pycache__", "Package.resolved"].contains(name) || name.hasPrefix(".build") { return [] }
            let path = folder.isEmpty ? name : folder + "/" + name
            switch try Files.facts(kept.appending(name))?.kind {
            case .file: return [File(name: path)]
            case .directory: return try files(below: path)
            default: return []
            }
        }
    }

    static func file(_ name: String) -> File { File(name: name) }

    static func swift(below folder: String) throws -> [File] {
        try files(below: folder).filter { $0.name.hasSuffix(".swift") }
    }

    /// Shell scripts, known by their first line.
    static func scripts() throws -> [File] {
        try ["scripts", ".ci", "Sources", "Tests", "images"].flatMap { try files(below: $0) }.filter { file in
            guard !file.name.hasSuffix(".swift"), let first = try file.lines.first else { return false }
            return first.contains(#/^#!.*[ /](ba)?sh$/#)
        }
    }

    /// Runs a program in the project's folder.
    static func run(_ program: String, _ arguments: [String]) async throws -> Command.Outcome {
        let path = try Programs.require(program, remedy: "scripts/setup test")
        var command = Command(path, arguments)
        command.directory = root
        return try await command.run()
    }
}
