import Testing

@testable import BerthDocument

@Suite struct TOMLDocumentTests {
    private func root(_ text: String) throws -> (MappingReader, Faults) {
        let faults = Faults()
        return (MappingReader(try TOMLDocument(Array(text.utf8), file: "f.toml").root, faults), faults)
    }

    private func fault(_ bytes: [UInt8]) -> String? {
        do {
            _ = try TOMLDocument(bytes, file: "f.toml")
            return nil
        } catch { return error.description }
    }

    @Test func `all kinds of values arrive`() throws {
        let (reader, faults) = try root(
            """
            title = "a \\u00e9"
            size = 1_000
            on = true
            when = 2026-10-17T02:03:54.123+02:00
            utc = 2026-10-17T00:03:54Z
            list = [{ a = "x" }, { a = "y" }]
            [[tables]]
            name = "one"
            [[tables]]
            name = 'two'
            """)
        #expect(reader.string("title") == "a é")
        #expect(reader.integer("size", in: 0...2000) == 1000)
        #expect(reader.boolean("on") == true)
        #expect(reader.string("when") == "2026-10-17T02:03:54+02:00")
        #expect(reader.string("utc") == "2026-10-17T00:03:54Z")
        #expect(reader.mappings("list")?.compactMap { $0.string("a") } == ["x", "y"])
        #expect(reader.mappings("tables")?.compactMap { $0.string("name") } == ["one", "two"])
        try faults.check()
    }

    @Test func `errors name line and column`() {
        #expect(fault(Array("a = 1\nb = \n".utf8))?.hasPrefix("f.toml:2:") == true)
        #expect(fault(Array("a = 1\na = 2\n".utf8))?.contains("f.toml:2:") == true)
        #expect(fault([0x61, 0x3D, 0x31, 0x0A, 0x00]) == "f.toml:2:1: a NUL byte")
        #expect(fault([0x61, 0x3D, 0xFF]) == "f.toml:1:3: not UTF-8 here; save the file as UTF-8")
    }

    @Test func `huge nesting is a fault, not a crash`() {
        #expect(fault(Array(("a = " + String(repeating: "[", count: 100_000)).utf8)) != nil)
        #expect(fault(Array(("[" + String(repeating: "a.", count: 50_000) + "a]").utf8)) != nil)
    }
}
