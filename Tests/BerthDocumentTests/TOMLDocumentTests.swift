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
        #expect(reader.string("when") == "2026-10-17T02:03:54.123+02:00")
        #expect(reader.string("utc") == "2026-10-17T00:03:54Z")
        #expect(reader.mappings("list")?.compactMap { $0.string("a") } == ["x", "y"])
        #expect(reader.mappings("tables")?.compactMap { $0.string("name") } == ["one", "two"])
        try faults.check()
    }

    @Test func `errors name line and column`() {
        #expect(fault(Array("a = 1\nb = \n".utf8))?.hasPrefix("f.toml:2:") == true)
        #expect(fault(Array("a = 1\na = 2\n".utf8))?.contains("f.toml:2:") == true)
        #expect(fault([0x61, 0x3D, 0x31, 0x0A, 0x00]) == "f.toml:2:1: not TOML: a key is expected")
        #expect(fault([0x61, 0x3D, 0xFF]) == "f.toml:1:3: not UTF-8 here; save the file as UTF-8")
    }

    @Test func `huge nesting is a fault, not a crash`() {
        #expect(fault(Array(("a = " + String(repeating: "[", count: 100_000)).utf8)) != nil)
        #expect(fault(Array(("[" + String(repeating: "a.", count: 50_000) + "a]").utf8)) != nil)
    }

    /// As Python's `tomllib` has them.
    @Test(arguments: [
        "[a.b.c]\nz=9\n[a]\nb.c.t=1\n", "[a]\n[a]\n", "a=1\n[a]\n", "[a.b]\n[a]\nb=1\n", "a=[]\n[[a]]\n",
        "[[a]]\n[a]\n", "[a]\n[[a]]\n", "a.b=1\na=2\n", "a={b=1}\na.c=2\n", "a={b=1}\n[a.c]\n", "x={a=1,}\n",
        "x={a=1\n}\n", "a=1 b=2\n", "a\n", "=1\n", "a=\n", "a=01\n", "a=1_\n", "a=1__0\n", "a=.5\n", "a=5.\n",
        "a=\"\\x41\"\n", "a=\"\\uD800\"\n", "a=\"a\nb\"\n", "a='a\n'\n", "a=\"\"\"a\"\"\"\"\"\"\n", "a=true1\n",
        "a=TRUE\n", "a=1\rb=2\n", "# \u{1}\n", "a = \"\u{7F}\"\n", "a.b.c=1\na.b=2\n", "[a]\nb.c=1\n[a.b]\nd=1\n",
        "a.b=1\n[a]\n", "\"a\"=1\na=2\n", "[]\n", "[[]]\n", "[a\n]", "a=[1 2]\n", "a=[,]\n", "a=[1,,2]\n",
        "a=1979-05-27T07:32\n", "a=07:32\n", "a=1979-5-27\n", "a=+0x1\n", "a=1e\n", "a=1.e5\n",
        "a=[{x=1},{x=2}]\n[a.y]\n",
    ])
    func `what TOML 1.0 refuses is refused`(text: String) { #expect(fault(Array(text.utf8)) != nil) }

    /// As Python's `tomllib` has them.
    @Test(arguments: [
        "a=\"\"\"\"\"\"\n", "a=''''two'''''\n", "\r\na=1\r\nb=2", "[a]\nb.c=1\n[a.b.d]\nd=1\n", "a.b=1\n[a.c]\n",
        "[ a . \"b\" ]\n", "a=-0\n", "a=+nan\n", "a=9223372036854775807\n", "-=1\n", "1.2=3\n",
        "[[a.b]]\nx=1\n[a.b.c]\n[[a.b]]\n[a.b.c]\n", "[fruit]\napple.color=1\n[fruit.apple.taste]\n",
    ])
    func `what TOML 1.0 allows is read`(text: String) { #expect(fault(Array(text.utf8)) == nil) }
}
