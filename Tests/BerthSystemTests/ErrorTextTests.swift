import BerthSystem
import Testing

/// Errors as people read them.
struct ErrorTextTests {
    @Test func `one place stands behind its word, several stand below it`() {
        let one = BerthError(.usage, "a file has faults", place: "a.yml:1:2: x", remedy: "mend it")
        #expect(one.description == "error: a file has faults\n  where: a.yml:1:2: x\n\nhint: mend it")
        let two = BerthError(.usage, "a file has faults", place: "a.yml:1:2: x\na.yml:3:4: y", done: "nothing")
        #expect(
            two.description == """
                error: a file has faults
                  where:
                    a.yml:1:2: x
                    a.yml:3:4: y
                  done: nothing
                """)
    }
}
