import BerthSystem
import BerthTestSupport
import Foundation
import SystemPackage
import Testing

/// The npm program of this machine, and the modules that it brings.
enum NpmPeer {
    static func program() throws -> FilePath {
        try Programs.require("npm", remedy: "run scripts/setup test")
    }

    /// Runs a script in Node; `npm` is a `require` that finds npm's own modules, `input` the JSON given.
    static func run<Answer: Decodable>(_ script: String, input: some Encodable) async throws -> Answer {
        let start = """
            const fs = require('fs'), path = require('path')
            const npm = require('module').createRequire(fs.realpathSync(process.argv[1]))
            const input = JSON.parse(fs.readFileSync(0, 'utf8'))
            const answer = value => fs.writeSync(1, JSON.stringify(value))

            """
        let node = try Programs.require("node", remedy: "run scripts/setup test")
        var command = Command(node, ["-e", start + script, try program().string])
        command.limit = .seconds(1200)
        let text = try await command.output(input: Array(try JSONEncoder().encode(input)))
        return try JSONDecoder().decode(Answer.self, from: Data(text.utf8))
    }

    /// Runs npm in a folder of its own against a registry, without anything of the user's.
    static func npm(_ arguments: [String], in folder: FilePath, registry: String) async throws {
        try Files.makeDirectory(folder)
        let user = folder.appending("userconfig")
        try Files.writeAtomically("registry=\(registry)/\n", to: user)
        var command = Command(
            try program(),
            arguments + [
                "--registry", registry + "/", "--cache", folder.appending("cache").string, "--userconfig", user.string,
                "--globalconfig", folder.appending("no-npmrc").string, "--no-audit", "--no-fund", "--ignore-scripts",
                "--no-update-notifier", "--loglevel", "error",
            ])
        command.directory = folder
        command.limit = .seconds(1200)
        _ = try await command.output()
    }
}
