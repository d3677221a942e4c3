internal import BerthCache
internal import BerthReport

/// What `berth cache detect` shows: proposals with reasons, and steps to paste.
struct DetectView: Report {
    private let proposals: [ProfileProposal]

    init(_ proposals: [ProfileProposal]) { self.proposals = proposals }

    private struct Facts: Encodable {
        let proposals: [ProfileProposal]
        let workflow: String
    }

    func encode(to encoder: any Encoder) throws {
        try Facts(proposals: proposals, workflow: workflow).encode(to: encoder)
    }

    var identifiers: [String] { proposals.map(\.profile) }

    var text: String {
        guard !proposals.isEmpty else {
            return """
                no lockfile of a known profile was found
                  name files and folders yourself: berth cache key --profile custom --lockfile PATTERN
                """
        }
        let downloads = proposals.filter { $0.caches == "downloads" }
        let trees = proposals.filter { $0.caches == "tree" }
        var lines = downloads.map { Self.line($0) }
        if !trees.isEmpty { lines += ["", "or the installed tree, where nothing changes it afterwards:"] }
        lines += trees.map { Self.line($0) }
        return (lines + ["", "steps for a workflow:", "", workflow]).joined(separator: "\n")
    }

    private static func line(_ proposal: ProfileProposal) -> String {
        let name = proposal.profile.padded(to: 12)
        return "\(name)  \(proposal.title)\n\(String(repeating: " ", count: 14))\(proposal.reason)"
    }

    /// Steps of a job, indented as they stand in its file; the first tree stands for itself where there is nothing else.
    private var workflow: String {
        let downloads = proposals.filter { $0.caches == "downloads" }
        return (downloads.isEmpty ? Array(proposals.prefix(1)) : downloads).map { Self.steps($0) }
            .joined(separator: "\n")
    }

    private static func steps(_ proposal: ProfileProposal) -> String {
        let (name, lockfiles) = (proposal.profile, proposal.lockfiles)
        // A file's name is somebody else's text: in a workflow it could become an expression or a command.
        guard lockfiles.allSatisfy(isPlain) else {
            return "      # \(name): name its lockfiles with --lockfile, in quotes; they have unusual names"
        }
        let named = proposal.mustBeNamed ? lockfiles.map { " --lockfile \($0)" } : []
        let options = (proposal.by == "files" ? " --by files" : "") + named.joined()
        let folder = lockfiles.first?.split(separator: "/").dropLast().joined(separator: "/") ?? ""
        let place = proposal.mustBeNamed && !folder.isEmpty ? "\n        working-directory: \(folder)" : ""
        return """
                  - id: \(name)-cache
                    run: berth cache restore --profile \(name)\(options)
                  - run: \(proposal.install ?? "echo 'install here'")\(place)
                  - if: steps.\(name)-cache.outputs.cache-hit != 'true'
                    run: berth cache save --profile \(name)\(options) --key "$KEY"
                    env:
                      KEY: ${{ steps.\(name)-cache.outputs.key }}
            """
    }

    private static func isPlain(_ name: String) -> Bool {
        name.utf8.allSatisfy { unit in
            (0x30...0x39).contains(unit) || (0x41...0x5A).contains(unit) || (0x61...0x7A).contains(unit)
                || "._-/+@".utf8.contains(unit)
        }
    }
}
