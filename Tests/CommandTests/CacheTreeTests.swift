import BerthSystem
import BerthTestSupport
import Foundation
import SystemPackage
import Testing

/// Trees that pip, uv and npm install, and one of links as pnpm has it: saved, lost, restored, used.
@Suite(.serialized, .linuxOnly("GNU find")) struct CacheTreeTests {
    /// How a job reaches the cache.
    enum Transport: String, CaseIterable, Sendable {
        /// The command, with the store.
        case local
        /// The command, through a service.
        case service
        /// The step's script, through a service.
        case script

        /// A line of shell that saves or restores; `serve` of the functions below runs before.
        func call(_ verb: String, _ tree: InstalledTree, key: String) -> String {
            let words = "\(verb) --key \(key) --path \(tree.path)\(verb == "restore" ? " --fail-on-miss" : "")"
            let program = self == .script ? "sh '\(project.pushing("scripts/berth-cache"))'" : "\"$BERTH\" cache"
            return "\(program) \(words)"
        }
    }

    private let folder: TemporaryFolder
    private let calls: Calls
    private var job: FilePath { folder.path.appending("job") }

    init() throws {
        folder = try TemporaryFolder("trees")
        calls = Calls(
            home: folder.path.appending("home"),
            environment: [
                "HERE": folder.path.string, "GITHUB_OUTPUT": "", "GITHUB_REPOSITORY": "octo/hello",
                "GITHUB_REF": "refs/heads/main", "GITHUB_BASE_REF": "", "BERTH_URL": "", "BERTH_TOKEN": "",
            ])
    }

    private static let functions = """
        set -eu; cd "$HERE/job"
        serve() {
            # Of a service before: a shell that looks before the new one has emptied the file takes none for its address.
            rm -f "$HERE/address"
            "$BERTH" serve --listen 127.0.0.1:0 --keep-free 1MB --quiet >"$HERE/address" & service=$!
            trap 'kill -9 $service 2>/dev/null' EXIT
            for try in $(seq 300); do [ -s "$HERE/address" ] && break; sleep 0.1; done
            export BERTH_URL=$(cat "$HERE/address")
            export BERTH_TOKEN=$("$BERTH" serve token --repository octo/hello --ref refs/heads/main)
        }
        # Everything of a tree that a restore must bring back.
        facts() {
            (cd "$1" && find . \\( -type d -printf '%p %y %m %T@\\n' \\) -o -printf '%p %y %m %T@ %s %n %l\\n' | sort &&
                find . -type f -exec sha256sum {} + | sort)
        }
        # Byte code that Python did not believe it has written anew: another inode or another time.
        compiled() { find "$1" -name '*.pyc' -printf '%p %i %T@ %C@\\n' | sort; }

        """

    private func shell(_ script: String) async throws -> Command.Outcome {
        try await calls.other("bash", ["-c", Self.functions + script])
    }

    @Test(arguments: InstalledTree.allCases)
    func `a tree that was restored passes the project's own tests, and its byte code holds`(
        _ tree: InstalledTree
    ) async throws {
        try Files.makeDirectory(job)
        try tree.sources.write(to: job)
        try await tree.install(in: job, calls)
        for transport in Transport.allCases { try await saveAndRestore(tree, transport) }
    }

    private func saveAndRestore(_ tree: InstalledTree, _ transport: Transport) async throws {
        let outcome = try await shell(
            """
            \(transport == .local ? "" : "serve")
            facts \(tree.path) >../before
            \(transport.call("save", tree, key: transport.rawValue))
            rm -rf \(tree.path)
            \(transport.call("restore", tree, key: transport.rawValue))
            facts \(tree.path) >../after; diff ../before ../after
            compiled \(tree.path) >../compiled
            \(tree.check)
            compiled \(tree.path) | comm -13 - ../compiled >../anew; cat ../anew
            test ! -s ../anew
            """)
        #expect(outcome.code == 0, "\(transport): \(outcome)")
        let before = try Files.readText(folder.path.appending("before"))
        #expect(before.contains(tree.isPython ? ".pyc f" : "/.bin/semver l"), "the tree has none of what is tested")
    }

    @Test(arguments: [InstalledTree.pip, .uv, .npm])
    func `two fresh installs share their contents, byte code too`(_ tree: InstalledTree) async throws {
        try Files.makeDirectory(job)
        var (sizes, added) = ([Int](), [Int]())
        for key in ["one", "two"] {
            try await tree.install(in: job, calls)
            let saved = try await shell("\(Transport.local.call("save", tree, key: key)) --json; rm -rf \(tree.path)")
            let entry = try #require((try saved.json() as? [String: Any])?["entry"] as? [String: Any], "\(saved)")
            sizes.append(try #require(entry["size"] as? Int))
            added.append(try #require(entry["added"] as? Int))
        }
        // The manifest, and lists of what was installed from where, which weigh more in npm's small tree.
        let share = tree.isPython ? 20 : 10
        #expect(sizes[0] > 200_000 && added[1] * share < added[0], "\(sizes) \(added)")
    }
}
