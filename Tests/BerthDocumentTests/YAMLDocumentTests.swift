import Testing

@testable import BerthDocument

/// The faults of a text when its root is read as a mapping by `read`.
func faults(_ text: String, _ read: (MappingReader) -> Void = { _ in }) -> [String] {
    let faults = Faults()
    do {
        let document = try YAMLDocument(Array(text.utf8), file: "berth.yaml", faults: faults)
        let reader = MappingReader(document.root, faults)
        read(reader)
        try faults.check()
        return []
    } catch { return error.faults.map(\.description) }
}

/// A text's root mapping; for texts without faults.
func reader(_ text: String) throws -> MappingReader {
    let faults = Faults()
    let document = try YAMLDocument(Array(text.utf8), file: "berth.yaml", faults: faults)
    return MappingReader(document.root, faults)
}

@Suite struct YAMLDocumentTests {
    @Test func `scalars keep the text that was written`() throws {
        let reader = try reader("python: 3.10\ncountry: no\nmode: 0755\nquoted: \"on\"\nlong: |\n  a\n  b\n")
        #expect(reader.string("python") == "3.10")
        #expect(reader.string("country") == "no")
        #expect(reader.string("mode") == "0755")
        #expect(reader.string("quoted") == "on")
        #expect(reader.string("long") == "a\nb\n")
        try reader.faults.check()
    }

    @Test func `all faults of a file come together, in the file's order, with line and column`() {
        let found = faults("zip: 1\nsize: big\nbase:\npackages: git\n") { reader in
            _ = reader.integer("size", in: 0...9)
            _ = reader.string("base")
            _ = reader.strings("packages")
            _ = reader.string("user", required: true)
            reader.finish()
        }
        #expect(
            found == [
                "berth.yaml:1:1: the key \"user\" is missing",
                "berth.yaml:1:1: \"zip\" is not a known key of the file; known here: base, packages, size, user",
                "berth.yaml:2:7: \"size\" is a whole number, not \"big\"",
                "berth.yaml:3:1: \"base\" has no value; give it one or remove the key",
                "berth.yaml:4:11: \"packages\" is a list, not a single value",
            ])
    }

    @Test func `repeated keys are told with their own place, together with other faults`() {
        let found = faults("a: 1\nb:\n  c: 1\n  d: 2\n  'c': 3\na : 4\na: 5\nx: 1\n") { reader in
            _ = reader.string("a")
            _ = reader.node("b")
            reader.finish()
        }
        #expect(
            found == [
                "berth.yaml:5:3: the key \"c\" stands here a second time",
                "berth.yaml:6:1: the key \"a\" stands here a second time",
                "berth.yaml:7:1: the key \"a\" stands here a second time",
                "berth.yaml:8:1: \"x\" is not a known key of the file; known here: a, b",
            ])
        #expect(faults("{a: 1, a: 2}") == ["berth.yaml:1:2: the key \"a\" stands here more than once"])
    }

    @Test(arguments: [
        ("", "berth.yaml:1:1: the file is empty"),
        ("- a\n", "berth.yaml:1:1: the file holds a list where a mapping of keys is expected"),
        ("a:\n\t- b\n", "berth.yaml:2:1: a tab stands in the indentation; use spaces"),
        ("a: 1\n---\nb: 2\n", "berth.yaml:2:1: a second document starts here; a file holds one"),
        ("a: &x 1\nb: 2\n", "berth.yaml:1:4: anchors and aliases are not supported; write the value out"),
        ("a: *x\n", "berth.yaml:1:4: aliases are not supported; write the value out"),
        ("a:\n  <<: {b: 1}\n", "berth.yaml:2:3: merging with << is not supported; write the keys out"),
        ("a: !!int 3\n", "berth.yaml:1:4: the tag tag:yaml.org,2002:int is not supported; leave it out"),
        ("a: !x {b: 1}\n", "berth.yaml:1:4: the tag !x is not supported; leave it out"),
        ("\u{FEFF}a: 1\n", "berth.yaml:1:1: the file starts with a byte order mark; save it as UTF-8 without one"),
        ("? [a]\n: 1\n", "berth.yaml:1:3: a key is a plain word, not a list, mapping or alias"),
    ])
    func `what YAML allows and a reviewed file should not have is a fault`(text: String, fault: String) {
        #expect(faults(text) == [fault])
    }

    @Test func `broken syntax names its place`() {
        #expect(faults("a: [1, 2\nb: 3\n").first?.hasPrefix("berth.yaml:2:2: not YAML: ") == true)
        #expect(faults("a: \u{1}\n").first?.hasPrefix("berth.yaml:1:4: not YAML: ") == true)
    }

    @Test func `bytes that are not UTF-8 are told with their place`() {
        let faults = Faults()
        let bytes = Array("a: 1\nö: ".utf8) + [0xC3, 0x28, 0x0A]
        do {
            _ = try YAMLDocument(bytes, file: "f", faults: faults)
            Issue.record("read")
        } catch { #expect(error.description == "f:2:4: not UTF-8 here; save the file as UTF-8") }
    }

    @Test func `huge nesting and nested aliases are faults, not crashes`() {
        #expect(!faults(String(repeating: "[", count: 100_000)).isEmpty)
        #expect(!faults(String(repeating: "[", count: 900) + String(repeating: "]", count: 900)).isEmpty)
        #expect(!faults(String(repeating: "- ", count: 5000) + "a").isEmpty)
        let levels = (1..<40).map { "l\($0): &l\($0) [*l\($0 - 1), *l\($0 - 1), *l\($0 - 1)]\n" }
        let few = faults("l0: &l0 [x, x]\n" + levels.prefix(8).joined())
        #expect(few.count == 9 && few.allSatisfy { $0.hasSuffix("aliases are not supported; write the value out") })
        let many = faults("l0: &l0 [x, x]\n" + levels.joined())
        #expect(many == ["berth.yaml:12:24: aliases make this file grow out of bounds; write the values out"])
    }

    @Test func `a file over the limit is not read`() {
        let faults = Faults()
        #expect(throws: DocumentFaults.self) {
            try YAMLDocument(Array("a: 12345\n".utf8), file: "f", faults: faults, limit: 8)
        }
    }

    @Test func `JSON is read by the same way`() throws {
        let reader = try reader("{\"a\": [\"x\", \"y\"], \"b\": true, \"c\": {\"d\": 3}}")
        #expect(reader.strings("a") == ["x", "y"])
        #expect(reader.boolean("b") == true)
        #expect(reader.mapping("c")?.integer("d", in: 0...9) == 3)
        try reader.faults.check()
    }

    @Test func `a stream has each document, with the places of the file`() throws {
        let faults = Faults()
        func documents(_ text: String) throws -> [DocumentNode] {
            try YAMLStream(Array(text.utf8), file: "f", faults: faults, limit: 1 << 10).documents
        }
        let found = try documents("---\na: 1\n---\nb: 2\nc: 3\n")
        try faults.check()
        #expect(found.map { $0.members.map(\.key) } == [["a"], ["b", "c"]])
        #expect(found[1].members[1].place.line == 5)
        #expect(try documents("a: 1\n").count == 1)
        for text in ["", "# nothing\n", "a: 1\na: 2\nb: 1\nb: 2\n", "a: [\n", String(repeating: " ", count: 1025)] {
            #expect(throws: DocumentFaults.self) { try documents(text) }
        }
        #expect(throws: DocumentFaults.self) {
            _ = try documents("a: 1\n---\nb: &x 2\n")
            try faults.check()
        }
    }
}
