import BerthArchive
import BerthSystem
import BerthTestSupport
import Foundation
import SystemPackage
import Testing

/// What `berth image nightly --timer` prints, read by those for whom it is meant.
struct NightlyTimerTests {
    private struct Printed: Decodable {
        struct File: Decodable {
            let path: String
            let text: String
        }
        let files: [File]
        let commands: [String]
        let notes: [String]
    }

    /// What a night needs besides, and what no file may hold.
    private static let needed = [
        "BERTH_SIGNING_KEY": "/keys/team.pem", "SSL_CERT_FILE": "/etc/own.pem", "DOCKER_CONTEXT": "colima",
        "DOCKER_CONFIG": "/home/ada/docker", "CONTAINER_HOST": "unix:///run/podman.sock",
        "npm_config_registry": "https://npm.example/", "PIP_CONFIG_FILE": "/etc/own-pip.conf",
        "no_proxy": "localhost", "http_proxy": "http://proxy.example:3128",
    ]
    private static let secrets = [
        "HTTPS_PROXY": "http://ada:s3cret@proxy.example:3128", "npm_config__authToken": "s3cret",
        "PIP_INDEX_URL": "https://ada:s3cret@index.example/simple",
    ]
    private static var surroundings: [String: String] { needed.merging(secrets) { $1 } }

    /// The files for a scheduler, written into a folder.
    private func files(_ kind: String, in folder: TemporaryFolder) async throws -> (Printed, [FilePath]) {
        let images = folder.path.appending("images & <more> 100% $HOME \"x\"")
        try Files.makeDirectory(images)
        var command = try BuiltProgram.command(
            ["image", "nightly", "--timer-for", kind, "--images", images.string, "--json"],
            home: folder.path.appending("store"))
        command.environment["HOME"] = folder.path.string
        command.environment["XDG_CONFIG_HOME"] = folder.path.appending("none").string
        command.environment.merge(Self.surroundings) { $1 }
        let printed = try JSONDecoder().decode(Printed.self, from: Data(try await command.output().utf8))
        let paths = try printed.files.map { file in
            let path = folder.path.appending(FilePath(file.path).lastComponent?.string ?? "")
            try Files.writeAtomically(file.text, to: path)
            return path
        }
        return (printed, paths)
    }

    @Test(.linuxOnly("systemd-analyze")) func `systemd has nothing to say against its units`() async throws {
        let folder = try TemporaryFolder("systemd")
        let (printed, paths) = try await files("systemd", in: folder)
        #expect(printed.commands.count == 2 && paths.count == 2)
        let analyze = try Programs.require("systemd-analyze", remedy: "scripts/setup test")
        var verify = Command(analyze, ["verify", "--user", "--man=no"] + paths.map(\.string))
        verify.environment = ["XDG_RUNTIME_DIR": folder.path.string, "HOME": folder.path.string]
        let outcome = try await verify.run()
        let words = (outcome.output + outcome.errors).split(separator: "\n").filter { $0.contains("berth-nightly") }
        #expect(outcome.succeeded && words.isEmpty, "\(outcome)")
        let times = try #require(printed.files[1].text.firstMatch(of: #/OnCalendar=(.*)/#)?.output.1)
        let calendar = try await Command(analyze, ["calendar", String(times)]).output()
        #expect(calendar.contains("Next elapse"))
        #expect(printed.files[1].text.contains("\nPersistent=true\n"))
        for (name, value) in Self.needed {
            let line = "\nEnvironment=\"\(name)=\(value)\"\n"
            #expect(printed.files[0].text.contains(line), "\(printed.files[0].text)")
        }
        #expect(!printed.files[0].text.contains("s3cret"))
        let note = try #require(printed.notes.first)
        #expect(note.hasPrefix("HTTPS_PROXY, PIP_INDEX_URL, npm_config__authToken may hold"))
        #expect(!note.contains("s3cret"))
        #expect(printed.files[0].text.contains("images & <more> 100%% $$HOME \\\"x\\\"\""))
    }

    @Test func `a launchd agent is a property list with the program's words`() async throws {
        let folder = try TemporaryFolder("launchd")
        let (printed, paths) = try await files("launchd", in: folder)
        #expect(printed.commands.count == 2)
        let script = "import json, plistlib, sys; print(json.dumps(plistlib.load(open(sys.argv[1], 'rb'))))"
        let python = try Programs.require("python3", remedy: "install python3")
        let text = try await Command(python, ["-c", script, paths[0].string]).output()
        let value = try JSONSerialization.jsonObject(with: Data(text.utf8))
        let agent = try #require(value as? [String: Any])
        let words = try #require(agent["ProgramArguments"] as? [String])
        #expect(words.first == (try BuiltProgram.path.string) && words.contains("--if-due"))
        #expect(words.contains { $0.hasSuffix("images & <more> 100% $HOME \"x\"") })
        let times = try #require(agent["StartCalendarInterval"] as? [[String: Int]])
        #expect(times.first == ["Hour": 3, "Minute": 0] && times.count == 6)
        let variables = agent["EnvironmentVariables"] as? [String: String]
        #expect(variables?["BERTH_HOME"] == folder.path.appending("store").string)
        for (name, value) in Self.needed { #expect(variables?[name] == value) }
        #expect(!text.contains("s3cret") && printed.notes.count == 1)
    }
}
