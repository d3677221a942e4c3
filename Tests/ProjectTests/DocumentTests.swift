internal import BerthSystem
internal import SystemPackage
internal import Testing

/// The documents point at what is there.
struct DocumentTests {
    private static func documents() throws -> [Project.File] {
        try Project.files().filter { $0.name.hasSuffix(".md") }
    }

    @Test func `every link between documents leads to a file`() throws {
        for file in try Self.documents() {
            let folder = file.path.removingLastComponent()
            for match in try file.text.matches(of: #/\]\(([^)\s]+)\)/#) {
                let target = String(match.output.1.prefix { $0 != "#" })
                if target.isEmpty || target.contains("://") { continue }
                #expect(Files.exists(folder.pushing(FilePath(target))), "\(file.name): \(target)")
            }
        }
    }

    @Test func `every link into a document leads to a heading of it`() throws {
        for file in try Self.documents() {
            let folder = file.path.removingLastComponent()
            for match in try file.text.matches(of: #/\]\(([^)\s#:]*)#([^)\s]+)\)/#) {
                let target = match.output.1.isEmpty ? file.path : folder.pushing(FilePath(String(match.output.1)))
                guard target.extension == "md" else { continue }
                let headings = try Files.readText(target).matches(of: #/(?m)^#+ (.*)$/#).map {
                    Self.anchor($0.output.1)
                }
                #expect(headings.contains(String(match.output.2)), "\(file.name): #\(match.output.2)")
            }
        }
    }

    /// A heading's anchor as code hosts make it.
    private static func anchor(_ heading: Substring) -> String {
        heading.lowercased().replacing(#/[^\w\- ]/#, with: "").replacing(" ", with: "-")
    }

    @Test func `every document is reached from the first page`() throws {
        let index = try Project.file("docs/index.md").text
        for file in try Project.files(below: "docs") where file.name.hasSuffix(".md") {
            let name = file.name.dropFirst("docs/".count)
            if name == "index.md" || name.hasPrefix("changes/") { continue }
            #expect(index.contains("(\(name))"), "docs/index.md does not lead to \(name)")
        }
    }

    @Test func `every change entry follows the template`() throws {
        let entries = try Project.files(below: "docs/changes/unreleased")
        #expect(!entries.isEmpty)
        for file in entries {
            let first = try file.lines.first ?? ""
            #expect(first.contains(#/^(?:Added|Changed|Fixed|Removed|Security): \S.*\.$/#), "\(file.name): \(first)")
        }
    }

    @Test func `README begins with what it is and the two commands`() throws {
        let first = try Project.file("README.md").lines.prefix(24).joined(separator: "\n")
        #expect(first.contains("make image") && first.contains("make test"))
    }

    @Test func `every make target that a document names is there`() throws {
        let makefile = try Project.file("Makefile").text
        for file in try Self.documents() {
            for match in try file.text.matches(of: #/`make ([a-z-]+)[^`]*`/#) {
                #expect(makefile.contains("\n\(match.output.1):"), "\(file.name): make \(match.output.1)")
            }
        }
    }
}
