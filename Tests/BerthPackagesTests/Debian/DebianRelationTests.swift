import BerthPackages
import BerthSystem
import Testing

@Suite struct DebianRelationTests {
    @Test func `alternatives, versions and architecture qualifiers are read`() throws {
        let field =
            "libc6 (>= 2.36), python3:any (<< 3.14), awk | mawk:native|gawk:amd64 ( = 1:5.2 ) ,, foo (>1), bar (< 2)"
        let read = try DebianDependency.parse(field).map(\.description)
        #expect(
            read == [
                "libc6 (>= 2.36)", "python3:any (<< 3.14)", "awk | mawk:native | gawk:amd64 (= 1:5.2)", "foo (>= 1)",
                "bar (<= 2)",
            ])
    }

    @Test func `a field over several lines is one field`() throws {
        #expect(try DebianDependency.parse("a,\n b (>= 1),\n c | d").count == 3)
    }

    @Test(arguments: ["a b", "a (>= )", "a (2)", "a (>= 1", "(>= 1)", "a (=> 1)", "a (>= 1 2)"])
    func `a broken field is refused`(field: String) {
        #expect(throws: BerthError.self) { try DebianDependency.parse(field) }
    }

    @Test(arguments: [("<<", false), ("<=", true), ("=", true), (">=", true), (">>", false)])
    func `a comparison holds for its own version when it includes it`(symbol: String, holds: Bool) throws {
        let relation = try #require(try DebianDependency.parse("a (\(symbol) 1.0)").first?.alternatives.first)
        let requirement = try #require(relation.requirement)
        #expect(requirement.isMet(by: try DebianVersion("1.0-0")) == holds)
    }
}
