internal import Testing

/// Code for one system stands in two files of BerthSystem, and each macOS-only line has its source named.
struct PlatformTests {
    private static let darwin = Project.file("Sources/BerthSystem/Darwin.swift")
    private static let linux = Project.file("Sources/BerthSystem/Linux.swift")

    @Test func `only the two platform files ask which system it is`() throws {
        let forbidden =
            #/^\s*#(?:else)?if .*\b(?:os|canImport\((?:Glibc|Musl|Darwin|Bionic))\b|^\s*(?:\w+ )?import (?:Glibc|Musl|Darwin|Bionic)\b/#
        for file in try Project.swift(below: "Sources") + Project.swift(below: "Tests") + [
            Project.file("Package.swift")
        ]
        where file.name != Self.darwin.name && file.name != Self.linux.name {
            for (number, line) in try file.lines.enumerated() {
                #expect(line.firstMatch(of: forbidden) == nil, "\(file.name):\(number + 1): \(line)")
            }
        }
    }

    @Test func `both platform files have the same functions`() throws {
        let ours = try Self.signatures(Self.linux)
        #expect(!ours.isEmpty)
        #expect(try Self.signatures(Self.darwin) == ours)
    }

    @Test func `the macOS file stays short enough to check by eye`() throws {
        #expect(try Self.darwin.lines.count <= 300)
    }

    @Test func `each macOS function, constant and call is in the table of its sources`() throws {
        let document = try Project.file("docs/design/macos.md").text
        let table = Set(document.matches(of: #/`([\w.]+)`/#).map { String($0.output.1) })
        let code = try Self.darwin.lines.filter { !$0.contains(#/^\s*\/\//#) && !$0.hasPrefix("#") }
            .joined(separator: "\n")
        let unnamed = Self.systemNames(in: code).subtracting(table)
        #expect(unnamed.isEmpty, "docs/design/macos.md does not say where these come from")
    }

    private static func signatures(_ file: Project.File) throws -> Set<String> {
        Set(try file.text.matches(of: #/(?m)^ *static func ([^{]+?)\s*\{/#).map { String($0.output.1) })
    }

    /// Functions and constants of C, and names of kernel variables.
    private static func systemNames(in code: String) -> Set<String> {
        let swiftWords: Set = [
            "init", "guard", "if", "return", "prefix", "map", "filter", "first", "contains", "split", "repeating",
            "switch",
            "append", "while", "in", "joined", "dropFirst", "reduce", "sorted", "bytes", "UTF8",
        ]
        let declared = Set(code.matches(of: #/func (\w+)/#).map { String($0.output.1) })
        let calls = code.matches(of: #/\b([a-z][a-z0-9_]+)\(/#).map { String($0.output.1) }
        let constants = code.matches(of: #/\b(_?[A-Z][A-Z0-9_]{3,})\b/#).map { String($0.output.1) }
        let fields = code.matches(of: #/\.((?:f|st|ws|tv|p|kp|vm)_\w+)/#).map { String($0.output.1) }
        let variables = code.matches(of: #/"((?:kern|hw|vm|machdep)\.[\w.]+)"/#).map { String($0.output.1) }
        return Set(calls + constants + fields + variables).subtracting(swiftWords).subtracting(declared)
    }
}
