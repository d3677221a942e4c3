import Testing

@testable import BerthDocument

@Suite struct MappingReaderTests {
    @Test func `a misspelt key gets the nearest known one`() {
        let found = faults("pakages: [git]\n") { reader in
            _ = reader.strings("packages")
            _ = reader.string("base")
            reader.finish()
        }
        #expect(found == ["berth.yaml:1:1: \"pakages\" is not a known key of the file; did you mean \"packages\"?"])
    }

    @Test func `only true and false are truth values`() throws {
        for text in ["no", "yes", "on", "True", "\"true\"", "1"] {
            #expect(faults("a: \(text)\n") { _ = $0.boolean("a") } == ["berth.yaml:1:4: \"a\" is true or false"])
        }
        let reader = try reader("a: true\nb: false\n")
        #expect(reader.boolean("a") == true && reader.boolean("b") == false)
        try reader.faults.check()
    }

    @Test func `empty texts and lists are faults`() throws {
        #expect(faults("a: \"\"\n") { _ = $0.string("a") } == ["berth.yaml:1:4: \"a\" has an empty text"])
        #expect(
            faults("a: []\n") { _ = $0.strings("a") } == [
                "berth.yaml:1:4: \"a\" is an empty list; give it items or remove the key"
            ])
        #expect(try reader("a: [x, ]\n").strings("a") == ["x"])
        #expect(
            faults("a:\n  - x\n  -\n") { _ = $0.strings("a") } == [
                "berth.yaml:3:4: \"a\" has nothing where a text is expected"
            ])
    }

    @Test func `choices and pairs`() {
        #expect(
            faults("a: arm46\n") { _ = $0.choice("a", of: ["arm64", "amd64"]) } == [
                "berth.yaml:1:4: \"arm46\" is not a value of \"a\"; did you mean \"arm64\"?"
            ])
        let found = faults("env:\n  A: 1\n  B: \"\"\n  C:\n  D: [x]\n") { reader in
            let pairs = reader.pairs("env")?.map { "\($0.key)=\($0.text)" }
            #expect(pairs == ["A=1", "B="])
        }
        #expect(
            found == [
                "berth.yaml:4:5: \"C\" has nothing where a text is expected",
                "berth.yaml:5:6: \"D\" has a list where a text is expected",
            ])
    }

    @Test func `lists of mappings name their item's place`() {
        let found = faults("files:\n  - path: a\n    mod: 1\n  - x\n") { reader in
            for item in reader.mappings("files") ?? [] {
                _ = item.string("path")
                _ = item.string("mode")
                item.finish()
            }
        }
        #expect(
            found == [
                "berth.yaml:3:5: \"mod\" is not a known key of an item of \"files\"; did you mean \"mode\"?",
                "berth.yaml:4:5: an item of \"files\" holds a single value where a mapping of keys is expected",
            ])
    }

    @Test func `a mapping of many keys is read like one of few`() throws {
        let count = 20_000
        let large = try reader((0..<count).map { "key\($0): \($0)\n" }.joined())
        for number in 0..<count { #expect(large.string("key\(number)") == "\(number)") }
        #expect(large.has("key7") && !large.has("other") && large.place(of: "key9").line == 10)
        #expect(large.node("other") == nil)
        large.finish()
        try large.faults.check()
    }
}
