import Testing

@testable import BerthDocument

/// Anchors and aliases where a caller asks for them.
@Suite struct YAMLAliasTests {
    private func read(_ text: String, limit: Int = 1000) -> (root: DocumentNode?, faults: [String]) {
        let faults = Faults()
        do {
            let document = try YAMLDocument(
                Array(text.utf8), file: "ci.yml", faults: faults, aliases: .resolved(limit: limit))
            try faults.check()
            return (document.root, [])
        } catch { return (nil, error.faults.map(\.description)) }
    }

    @Test func `an alias stands for its anchor's value, at the anchor's place`() throws {
        let read = read("a: &x [1, two]\nb: *x\nc: {d: *x}\n")
        let root = try #require(read.root)
        let reader = MappingReader(root, Faults())
        #expect(reader.strings("b") == ["1", "two"])
        #expect(reader.mapping("c")?.strings("d") == ["1", "two"])
        #expect(reader.node("b")?.place.description == "ci.yml:1:4")
    }

    @Test func `anchors on keys and on plain values are read`() throws {
        let root = try #require(read("&k a: &v text\nb: *v\nc: [*v, *k]\n").root)
        let reader = MappingReader(root, Faults())
        #expect(reader.string("a") == "text")
        #expect(reader.string("b") == "text")
        #expect(reader.strings("c") == ["text", "a"])
    }

    @Test(arguments: [
        ("a: *x\n", "ci.yml:1:4: no anchor of that name stands above this alias"),
        ("a: &x {b: 1}\nc:\n  <<: *x\n", "ci.yml:3:3: merging with << is not supported; write the keys out"),
        ("a: &x [*x]\n", "ci.yml:1:8: no anchor of that name stands above this alias"),
    ])
    func `an alias without its anchor and a merge are faults`(text: String, fault: String) {
        #expect(read(text).faults == [fault])
    }

    @Test func `a file that aliases make too large is refused with one fault`() {
        let text = "a: &a [1, 2, 3, 4]\nb: &b [*a, *a, *a]\nc: [*b, *b]\n"
        #expect(read(text, limit: 55).faults.isEmpty)
        let faults = read(text, limit: 54).faults
        #expect(faults.count == 1)
        #expect(faults.first?.contains("aliases make this file grow out of bounds") == true)
    }

    @Test(arguments: [false, true])
    func `nested aliases are refused before they are copied, also as a key or under one name`(asKey: Bool) {
        let levels = (1..<40).map { "l\($0): &l\($0) [*l\($0 - 1), *l\($0 - 1), *l\($0 - 1)]\n" }
        let text = "l0: &l0 [x, x]\n" + levels.joined() + (asKey ? "? *l39\n: 1\n" : "")
        #expect(read(text).faults.first?.contains("grow out of bounds") == true)
        let same = "l0: &a [x, x]\n" + (1..<40).map { "l\($0): &a [*a, *a, *a]\n" }.joined()
        #expect(read(same + (asKey ? "? *a\n: 1\n" : "")).faults.first?.contains("grow out of bounds") == true)
    }

    @Test func `stars and ampersands of scripts are no aliases`() {
        let script = (0..<5000).map { "    cat *.py a*b && run & foo *x &x\($0)\n" }.joined()
        #expect(read("run: |\n" + script).faults.isEmpty)
        let pointers = (0..<100).map { _ in "    int *p = &p; call(&p) | x = *p * *p\n" }.joined()
        #expect(read("run: |\n" + pointers).faults.isEmpty)
    }

    @Test func `aliases after tags and in other layouts count too`() {
        for layout in [
            "!!seq &N [*P, *P, *P]", "&N\n  - *P\n  - *P\n  - *P", "&N [*P,*P,*P]", "[&N [*P, *P, *P]]",
            "!x\n  &N [*P, *P, *P]",
        ] {
            let levels = (1..<40).map {
                "l\($0): \(layout.replacing("N", with: "l\($0)").replacing("P", with: "l\($0 - 1)"))\n"
            }
            let text = "l0: &l0 [x, x]\n" + levels.joined() + "? *l39\n: 1\n"
            #expect(read(text).faults.first?.contains("grow out of bounds") == true, "\(layout)")
        }
    }
}
