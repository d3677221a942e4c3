import Testing

@testable import BerthDocument

@Suite struct JSONDocumentTests {
    private func read(_ text: String, repeated: RepeatedKeys = .refused) throws -> DocumentNode {
        try JSONDocument(Array(text.utf8), file: "f.json", repeated: repeated).root
    }

    private func fault(_ text: String) -> String {
        do {
            _ = try read(text)
            return "accepted"
        } catch let error as DocumentFaults { return error.description } catch { return "\(error)" }
    }

    @Test func `values keep their text, keys their order, and all have a place`() throws {
        let root = try read(
            "{ \"b\": [1, -2.5e+3, true, null, \"no\"],\n  \"ä\": {\"x\": \"\\u00e9\\ud83d\\ude00\\n\\/\"} }\n")
        #expect(root.members.map(\.key) == ["b", "ä"])
        #expect(root["b"]?.items.map(\.text) == ["1", "-2.5e+3", "true", nil, "no"])
        #expect(root["b"]?.items.map(\.quoted) == [nil, nil, nil, nil, "no"])
        #expect(root["ä"]?["x"]?.quoted == "é😀\n/")
        #expect(root["ä"]?["x"]?.place == DocumentPlace(file: "f.json", line: 2, column: 14))
        #expect(root["nothere"] == nil && root["b"]?["x"] == nil)
        #expect(try read(" [] ").items.isEmpty)
    }

    @Test(arguments: [
        ("", "1:1"), ("{", "1:2"), ("[1,]", "1:4"), ("{\"a\":1,}", "1:8"), ("{a:1}", "1:2"), ("{\"a\" 1}", "1:6"),
        ("[1 2]", "1:4"),
        ("01", "1:1"), ("1.", "1:1"), (".5", "1:1"), ("+1", "1:1"), ("1e", "1:1"), ("-", "1:1"), ("NaN", "1:1"),
        ("True", "1:1"),
        ("'a'", "1:1"), ("\"a", "1:1"), ("\"\u{1}\"", "1:2"), ("\"a\nb\"", "1:3"), ("\"\\x\"", "1:2"),
        ("\"\\u12g4\"", "1:2"),
        ("\"\\ud800\"", "1:2"), ("\"\\ud800\\u0041\"", "1:2"), ("\"\\udc00\"", "1:2"), ("[] []", "1:4"),
        ("// c\n1", "1:1"),
        ("{\"a\":1,\n \"a\":2}", "2:2"),
    ]) func `what is not JSON is told with its place`(_ text: String, _ place: String) {
        #expect(fault(text).hasPrefix("f.json:\(place): "), "\(fault(text))")
    }

    @Test func `depth, size, repeated keys and encodings have their limits`() throws {
        let deep = String(repeating: "[", count: 99) + String(repeating: "]", count: 99)
        #expect(try read(deep).items.count == 1)
        #expect(fault("[\(deep)]".replacing("[]", with: "[[]]")).contains("levels of nesting"))
        #expect(fault(String(repeating: "[", count: 1 << 20)).contains("levels of nesting"))
        #expect(throws: DocumentFaults.self) { try JSONDocument(Array("[1,2,3]".utf8), file: "f", limit: 3) }
        #expect(throws: DocumentFaults.self) { try JSONDocument([0xEF, 0xBB, 0xBF, 0x31], file: "f") }
        #expect(throws: DocumentFaults.self) { try JSONDocument([0x22, 0xFF, 0x22], file: "f") }
        let last = try read(#"{"a":1,"b":2,"a":3}"#, repeated: .lastCounts)
        #expect(last.members.map(\.key) == ["a", "b"] && last["a"]?.text == "3")
    }

    @Test func `no broken text brings it down`() {
        let whole = Array(#"{"a":[1,{"b":"\u00e9\\"}],"c":-1.5e3,"d":null,"e":{}}"#.utf8)
        for index in whole.indices {
            _ = try? JSONDocument(Array(whole[..<index]), file: "f")
            for change: UInt8 in [0x01, 0x80, 0x20] {
                var broken = whole
                broken[index] ^= change
                _ = try? JSONDocument(broken, file: "f")
            }
        }
        #expect((try? JSONDocument(whole, file: "f")) != nil)
    }
}
