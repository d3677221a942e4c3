internal import Testing

/// Which module stands on which: the manifest, the imports, the table and the picture say the same.
struct ArrowTests {
    /// The table of `docs/architecture.md`: what each target may use directly.
    private static func documented() throws -> [String: Set<String>] {
        var table: [String: Set<String>] = [:]
        for line in try Project.file("docs/architecture.md").lines where line.hasPrefix("| `") {
            let cells = line.split(separator: "|").map { names(in: String($0)) }
            guard cells.count == 3 else { continue }
            for target in cells[0] { table[target] = Set(cells[2]) }
        }
        return table
    }

    private static func names(in cell: String) -> [String] {
        cell.matches(of: #/`(\w+)`/#).map { String($0.output.1) }
    }

    /// What a target may use: what its row names and all that those may.
    private static func allowed(_ target: String, in table: [String: Set<String>]) -> Set<String> {
        let direct = table[target] ?? []
        return direct.reduce(into: direct) { $0.formUnion(allowed($1, in: table)) }
    }

    /// The targets of ours that a target's sources import.
    private static func imports(of target: String) throws -> Set<String> {
        let lines = try Project.swift(below: "Sources/\(target)").flatMap { try $0.lines }
        return Set(
            lines.filter { $0.hasPrefix("i") || $0.hasPrefix("p") || $0.hasPrefix("@") }.compactMap { line in
                line.firstMatch(of: #/^(?:@testable )?(?:internal |package |public )?import (Berth\w*|C[A-Z]\w+)/#)
                    .map { String($0.output.1) }
            })
    }

    private static func targets() throws -> Set<String> {
        Set(
            try Project.files(below: "Sources").compactMap { $0.name.split(separator: "/").dropFirst().first }.map(
                String.init))
    }

    @Test func `every target has its row in the table, and every row its target`() throws {
        let table = try Self.documented()
        #expect(try Self.targets() == Set(table.keys))
    }

    @Test func `a target imports only what the table allows`() throws {
        let table = try Self.documented()
        for target in table.keys {
            let extra = try Self.imports(of: target).subtracting(Self.allowed(target, in: table))
            #expect(extra.isEmpty, "\(target) may not import \(extra.sorted())")
        }
    }

    @Test func `every arrow of the table is one that code uses`() throws {
        for (target, arrows) in try Self.documented() {
            let unused = arrows.subtracting(try Self.imports(of: target))
            #expect(unused.isEmpty, "docs/architecture.md: nothing in \(target) imports \(unused.sorted())")
        }
    }

    @Test func `the manifest names no arrow that the table forbids`() throws {
        let table = try Self.documented()
        let manifest = try Project.file("Package.swift").text
        let entry = #/\.(?:executableT|t)arget\(\s*name: "(\w+)",\s*dependencies: \[([^\]]*)\]/#
        let entries = manifest.matches(of: entry).filter { table[String($0.output.1)] != nil }
        #expect(entries.count > 8)
        for match in entries {
            let target = String(match.output.1)
            let named = match.output.2.matches(of: #/"(Berth\w+|C[A-Z]\w+)"/#).map { String($0.output.1) }
            let extra = Set(named).subtracting(Self.allowed(target, in: table))
            #expect(extra.isEmpty, "Package.swift: \(target) may not use \(extra.sorted())")
        }
    }

    @Test func `the picture shows the table's modules and arrows, no more and no less`() throws {
        let picture = try Project.file("docs/architecture.svg").text
        let drawn = Set(picture.matches(of: #/id="arrow-(\w+)-(\w+)"/#).map { "\($0.output.1) → \($0.output.2)" })
        let boxes = Set(picture.matches(of: #/id="box-(\w+)"/#).map { String($0.output.1) })
        let table = try Self.documented()
        #expect(boxes == Set(table.keys))
        #expect(drawn == Set(table.flatMap { target, arrows in arrows.map { "\(target) → \($0)" } }))
    }
}
