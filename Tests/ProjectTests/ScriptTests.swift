internal import BerthSystem
internal import Testing

/// Scripts and the Makefile run on what macOS has: bash 3.2, GNU make 3.81, BSD tools.
struct ScriptTests {
    /// What bash 3.2 lacks, or does differently.
    private static var newerThanBash32: Regex<Substring> {
        #/
        (?:declare|local|typeset)\ -[a-zA-Z]*[Ang] | \$\{\w+(?:\[[^\]]*\])?(?:,|\^) | \b(?:mapfile|readarray|coproc)\b
        | &>> | \|& | ;;?& | \$\{\w+@[A-Za-z] | \bwait\ -n | EPOCH(?:SECONDS|REALTIME) | BASHPID
        | (?:\[\[|\[|test)\ -v\ | \bglobstar\b | \blastpipe\b | \{\d+\.\.\d+\.\.\d+\} | printf\ .*%\( | exec\ \{\w+\}
        | \$'[^']*\\u | \bread\ .*-t\ ?0?\.\d | "\$\{\w+\[@\]\}"
        /#
    }

    /// Flags and programs of GNU that BSD lacks, or that mean something else there.
    private static var gnuOnly: Regex<Substring> {
        #/
        \bsed\ (?:-[nEe]\ )*-(?:i|r|z|s)\b | \breadlink\ -[efm] | \brealpath\b | \bdate\ (?:-d|-I|--) | \bdate\ .*%N
        | \bgrep\ -\w*P | \bxargs\ (?:-\w\ )*-[rd]\b | \bstat\ (?:-c|-L\ -c|--|-f\ -c) | \bmktemp\ (?:--|-p) | \bsort\ -\w*V
        | \bdu\ (?:-b|-\w*b|--) | \bbase64\ -w | \btac\b | \bnproc\b | \b(?:sha\d+|md5)sum\b | \bfind\ .*-printf
        | \btar\ .*--(?:sort|mtime|owner|group|transform|numeric-owner) | \b(?:head|tail)\ -[nc]\ ?-\d
        | \b(?:cp|mv|ln|ls|mkdir|rm|cut|wc|touch|chmod)\ --\w | \b(?:ln|mv|cp)\ -\w*T | \becho\ -[en] | \bsetsid\b
        | (?:^|[|;&]\s*|\$\()timeout\ \d | \bflock\ - | \bfree\ - | \btouch\ -d | \bcp\ -\w*[ua]\b
        /#
    }

    /// What GNU make 3.81 lacks.
    private static var newerThanMake381: Regex<Substring> {
        #/
        \.ONESHELL | \.RECIPEPREFIX | \.EXTRA_PREREQS | !=\s | ::= | \$\(file\  | \$\(guile\  | \$\(let\  | \$\(intcmp\
        | ^\s*undefine\b | &: | ^\s*private\b | ^\s*define\s+\w+\s*[:?+]?= | ^\s*load\b | --output-sync
        /#
    }

    /// Lines without comments, and without the one way to expand an array that is empty under bash 3.2.
    private static func uncommented(_ file: Project.File) throws -> [(number: Int, line: String)] {
        try file.lines.enumerated().map { number, line in
            let code = line.replacing(#/(?:^|\s)#[^"']*$/#, with: "")
            return (number + 1, String(code.replacing(#/\$\{\w+\[@\]\+"[^"]*"\}/#, with: "")))
        }
    }

    /// Scripts that run on the user's machine; those below Tests run on Linux only.
    private static func product() throws -> [Project.File] {
        try Project.scripts().filter { !$0.name.hasPrefix("Tests/") }
    }

    @Test func `every script parses and pleases shellcheck`() async throws {
        let names = try Project.scripts().map(\.name)
        #expect(names.contains("scripts/setup") && names.contains(".ci/run"))
        for name in names {
            #expect(try await Project.run("bash", ["-n", name]).errors == "")
        }
        let outcome = try await Project.run("shellcheck", ["--severity=warning", "--format=gcc"] + names)
        #expect(outcome.output == "")
    }

    @Test func `every script can be run`() throws {
        for file in try Project.scripts() where !file.name.hasSuffix(".sh") {
            let mode = try Files.facts(file.path)?.mode ?? 0
            #expect(mode & 0o111 == 0o111, "\(file.name)")
        }
    }

    @Test func `no script needs a bash newer than 3.2`() throws {
        let pattern = Self.newerThanBash32
        for file in try Project.scripts() {
            for (number, line) in try Self.uncommented(file) {
                #expect(line.firstMatch(of: pattern) == nil, "\(file.name):\(number): \(line)")
            }
        }
    }

    @Test func `no script for users needs a flag that only GNU tools have`() throws {
        let pattern = Self.gnuOnly
        for file in try Self.product() + [Project.file("Makefile")] {
            for (number, line) in try Self.uncommented(file) {
                #expect(line.firstMatch(of: pattern) == nil, "\(file.name):\(number): \(line)")
            }
        }
    }

    @Test func `the Makefile needs no make newer than 3.81`() throws {
        for (number, line) in try Self.uncommented(Project.file("Makefile")) where !line.hasPrefix("\t") {
            #expect(line.firstMatch(of: Self.newerThanMake381) == nil, "Makefile:\(number): \(line)")
        }
    }

    @Test(arguments: [
        "declare -A map", "echo ${name,,}", "mapfile -t lines", "run &>> log", #"echo "${list[@]}""#, "wait -n",
    ])
    func `what bash 3.2 lacks is found`(line: String) {
        #expect(line.firstMatch(of: Self.newerThanBash32) != nil)
    }

    @Test(arguments: [
        "sed -i s/a/b/ f", "readlink -f x", "date -d now", "grep -oP x", "xargs -r rm", "stat -c %s f", "sha256sum f",
    ])
    func `what BSD tools lack is found`(line: String) {
        #expect(line.firstMatch(of: Self.gnuOnly) != nil)
    }

    @Test func `every target that make help names is there, and no other`() async throws {
        let makefile = try Project.file("Makefile").text
        let helped = Set(makefile.matches(of: #/@echo 'make ([\w-]+)/#).map { String($0.output.1) })
        let phony = try #require(makefile.firstMatch(of: #/\.PHONY: (.*)/#)).output.1.split(separator: " ").map(
            String.init)
        #expect(helped.subtracting(phony).isEmpty)
        for target in phony {
            let outcome = try await Project.run("make", ["--dry-run", target])
            #expect(outcome.succeeded, "\(target): \(outcome.errors)")
        }
        for match in makefile.matches(of: #/scripts\/([\w-]+)/#) {
            #expect(
                Files.exists(Project.file("scripts/\(match.output.1)").path), "make calls scripts/\(match.output.1)")
        }
    }
}
