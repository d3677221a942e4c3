import BerthPackages
import BerthSystem
import Testing

@Suite struct DebianResolverTests {
    @Test func `essential packages and what they need are always in`() throws {
        var stanzas = DebianStanzas()
        stanzas.add("base", "1", "Essential: yes", "Pre-Depends: libc")
        stanzas.add("libc")
        stanzas.add("tool", "1", "Depends: libc (>= 0.5)", "Recommends: docs")
        stanzas.add("docs")
        let index = try stanzas.index()
        #expect(try names(in: index) == ["base", "libc"])
        #expect(try names("tool", in: index) == ["base", "libc", "tool"])
        #expect(try names("tool", in: index, recommends: true) == ["base", "docs", "libc", "tool"])
    }

    @Test func `the first alternative that can be met is taken`() throws {
        var stanzas = DebianStanzas()
        stanzas.add("tool", "1", "Depends: absent | broken | good | better")
        stanzas.add("broken", "1", "Depends: deep")
        stanzas.add("deep", "1", "Depends: nowhere (>= 2)")
        stanzas.add("good")
        stanzas.add("better")
        #expect(try names("tool", in: stanzas.index()) == ["good", "tool"])
    }

    @Test func `a later wish for an alternative is honoured when it comes from the request`() throws {
        var stanzas = DebianStanzas()
        stanzas.add("tool", "1", "Depends: first | second")
        stanzas.add("first")
        stanzas.add("second")
        #expect(try names("tool", "second", in: stanzas.index()) == ["second", "tool"])
    }

    @Test func `the real package goes before its providers, providers go by priority`() throws {
        var stanzas = DebianStanzas()
        stanzas.add("aaa", "1", "Provides: mta, awk")
        stanzas.add("mta", "1")
        stanzas.add("needs-real", "1", "Depends: mta")
        stanzas.add("needs-awk", "1", "Depends: awk")
        stanzas.text(replacing: "Priority: optional\nProvides: mta, awk", with: "Priority: extra\nProvides: mta, awk")
        stanzas.add("mawk", "1", "Provides: awk")
        let index = try stanzas.index()
        #expect(try names("needs-real", in: index) == ["mta", "needs-real"])
        #expect(try names("needs-awk", in: index) == ["mawk", "needs-awk"])
    }

    @Test func `a versioned wish is met by a provider only when it provides that version`() throws {
        var stanzas = DebianStanzas()
        stanzas.add("plain", "9", "Provides: abi")
        stanzas.add("old", "9", "Provides: abi (= 1.1)")
        stanzas.add("new", "9", "Provides: abi (= 2.3)")
        stanzas.add("tool", "1", "Depends: abi (>= 2)")
        #expect(try names("tool", in: stanzas.index()) == ["new", "tool"])
    }

    @Test func `a qualifier of any needs a package that allows it`() throws {
        var stanzas = DebianStanzas()
        stanzas.add("python3", "3.13", "Multi-Arch: allowed")
        stanzas.add("perl", "5.40")
        stanzas.add("good", "1", "Depends: python3:any")
        stanzas.add("bad", "1", "Depends: perl:any")
        let index = try stanzas.index()
        #expect(try names("good", in: index) == ["good", "python3"])
        #expect(throws: BerthError.self) { try names("bad", in: index) }
    }

    @Test func `what conflicts with a requested package is avoided by another alternative`() throws {
        var stanzas = DebianStanzas()
        stanzas.add("one", "1", "Depends: x | y")
        stanzas.add("two", "1", "Conflicts: x")
        stanzas.add("x", "1", "Depends: only-for-x")
        stanzas.add("only-for-x")
        stanzas.add("y")
        let index = try stanzas.index()
        #expect(try names("one", "two", in: index) == ["one", "two", "y"])
        #expect(try names("two", "one", in: index) == ["one", "two", "y"])
    }

    @Test func `a package may conflict with what it provides itself`() throws {
        var stanzas = DebianStanzas()
        stanzas.add("postfix", "1", "Provides: mta", "Conflicts: mta")
        #expect(try names("postfix", in: stanzas.index()) == ["postfix"])
    }

    @Test func `the highest version over all suites is the candidate`() throws {
        var (main, security) = (DebianStanzas(), DebianStanzas())
        main.add("openssl", "3.5.1-1")
        main.add("same", "1.0")
        security.add("openssl", "3.5.1-1+deb13u2")
        security.add("same", "1.0")
        let indexes = [try main.index(), try security.index("trixie-security", .security)]
        let request = DebianRequest(suite: "trixie", architecture: .arm64, packages: ["openssl", "same"])
        let chosen = try DebianResolver.resolve(request, in: indexes)
        #expect(chosen.map(\.version.text) == ["3.5.1-1+deb13u2", "1.0"])
        #expect(chosen.map(\.origin.suite) == ["trixie-security", "trixie"])
    }

    @Test func `a breaks relation bars an old version, not a new one`() throws {
        var stanzas = DebianStanzas()
        stanzas.add("lib", "2", "Breaks: app (<< 2)")
        stanzas.add("app", "1", "Depends: lib")
        stanzas.add("other", "2", "Depends: lib")
        let index = try stanzas.index()
        #expect(try names("other", in: index) == ["lib", "other"])
        #expect(throws: BerthError.self) { try names("app", in: index) }
    }

    @Test func `packages that need each other are chosen together`() throws {
        var stanzas = DebianStanzas()
        stanzas.add("a", "1", "Depends: b")
        stanzas.add("b", "1", "Depends: a")
        #expect(try names("a", in: stanzas.index()) == ["a", "b"])
    }

    @Test func `the chain that fails is printed with a reason for each alternative`() throws {
        var stanzas = DebianStanzas()
        stanzas.add("app", "1", "Depends: middle")
        stanzas.add("middle", "2", "Depends: gone | old (>= 5) | rival")
        stanzas.add("old", "4.2")
        stanzas.add("rival", "3")
        stanzas.add("friend", "1", "Conflicts: rival")
        let index = try stanzas.index()
        let error = try #require(throws: BerthError.self) { try names("friend", "app", in: index) }
        #expect(error.status == .usage)
        #expect(
            error.done == """
                this chain fails:
                    app 1 depends on middle
                      middle 2 depends on gone | old (>= 5) | rival
                        gone: no package has or provides this name
                        old (>= 5): the archive has 4.2
                        rival 3: friend 1 (asked for) conflicts with rival
                """)
        let other = try #require(throws: BerthError.self) { try names("app", "friend", in: index) }
        #expect(
            other.done == """
                this chain fails:
                    friend 1 conflicts with rival, met by rival 3 (wanted by middle 2, wanted by app 1)
                """)
    }

    @Test func `an unknown or ambiguous name is a usage error that says what there is`() throws {
        var stanzas = DebianStanzas()
        stanzas.add("exim", "1", "Provides: mta")
        stanzas.add("postfix", "1", "Provides: mta, post")
        let index = try stanzas.index()
        #expect(try names("post", in: index) == ["postfix"])
        let ambiguous = try #require(throws: BerthError.self) { try names("mta", in: index) }
        #expect(ambiguous.remedy?.contains("exim") == true && ambiguous.remedy?.contains("postfix") == true)
        let unknown = try #require(throws: BerthError.self) { try names("no-such", in: index) }
        #expect(unknown.status == .usage && unknown.what.contains("no-such"))
    }
}
