import BerthArchive
import BerthCache
import BerthServer
import BerthStore
import BerthSystem
import BerthTestSupport
import SystemPackage
import Testing

/// The routes as curl and tar see them.
struct RouteTests {
    /// A tree with all that an entry can hold.
    private static let tree = """
        mkdir -p t/a/b t/empty "t/$(printf 'n%.0s' $(seq 150))/$(printf 'm%.0s' $(seq 150))"
        echo one >t/a/one; ln t/a/one t/second; ln -s ../elsewhere t/link; : >t/nothing; (cd t/n*/m* && echo deep >file)
        printf x >"t/$(printf 'n\\377o')"; head -c 9000000 /dev/urandom >t/big; cp t/big t/twin; printf y >>t/twin
        chmod 750 t/a; chmod 4755 t/a/one; touch -d '2001-02-03 04:05:06.123456789' t/a/b t/big; chmod 555 t/empty

        """
    private static let list =
        "find . -printf '%p %y %m %T@ %s %l %n\\n' | sed 's/^\\(.* d [0-9]* [0-9.]*\\) [0-9]*/\\1/; s/ 4755 / 755 /' | sort"

    @Test(arguments: ["tar -xpof -", "bsdtar -xpof -"], ["identity", "gzip", "zstd"])
    func `what tar saves comes back by somebody's tar, nanoseconds and links included`(
        _ reader: String, _ form: String
    ) async throws {
        let yard = try await ServeYard(ServeYard.roomy)
        try await yard.shell(Self.tree)
        #expect(try await yard.shell("save k t; cat answer").hasPrefix("201\n{\"entry\":"))
        let expand = form == "identity" ? "cat" : "\(form) -dc"
        try await yard.shell(
            """
            call -f "$API/entries/$(id k)/entry.tar?path=tree&at=/out/t&marker=/done&compression=\(form)" >stream
            mkdir in; \(expand) <stream | (cd in && \(reader)); test -f in/done
            (cd t && \(Self.list)) >before; (cd in/out/t && \(Self.list)) >after; diff before after; diff -r --no-dereference t in/out/t
            """)
        #expect(try await yard.store.check(readData: .all).isClean)
    }

    @Test(arguments: ["tar -xpof -", "bsdtar -xpof -"], [1, 2, 4])
    func `shares of an entry, unpacked at the same time, and then its end are the entry`(
        _ reader: String, _ count: Int
    ) async throws {
        let yard = try await ServeYard(ServeYard.roomy)
        try await yard.shell(
            Self.tree + """
                for n in $(seq 6); do mkdir t/p$n; head -c 3000000 /dev/urandom >t/p$n/data; ln -s /far/away t/p$n/link; done
                mkdir -p t/far/off/in; ln -s /far/away t/far/off/in/link; chmod 711 t/far; chmod 2750 t/far/off
                ln -s ../../a t/a/b/near; save k t
                """)
        let sizes = try await yard.shell(
            """
            entry="$API/entries/$(id k)/entry.tar?path=tree&at=/out/t&state=$(state k)&lookup=$(lookup k)"
            mkdir in; umask 077
            part() { call -f "$entry&marker=/$2&part=$1" | tee $2.size | (cd in && \(reader)); }
            for n in $(seq \(count)); do part $n/\(count) share$n & done; wait; part end last
            for mark in last $(seq -f share%g \(count)); do test -f in/$mark; done
            (cd t && \(Self.list)) >before; (cd in/out/t && \(Self.list)) >after; diff before after
            diff -r --no-dereference t in/out/t; stat -c %s share*.size
            """
        ).split(separator: "\n").compactMap { Int($0) }
        #expect(sizes.count == count && sizes.allSatisfy { $0 > 30_000_000 / (2 * count) }, "\(sizes)")
        // One restore, however many streams.
        try await yard.expectTimed([true, false, false])
    }

    @Test func `each restore is timed for itself, whoever else restores the same entry`() async throws {
        let yard = try await ServeYard(ServeYard.roomy)
        try await yard.shell(
            "mkdir t; echo 1 >t/a; save k t; lookup k >one; lookup k >two; lookup k >three; id k >id")
        func stream(_ lookup: String) -> String {
            "call -fo answer \"$API/entries/$(cat id)/entry.tar?path=tree&at=/t&lookup=$(cat \(lookup))\""
        }
        // A lookup of another job's is nobody's here.
        try await yard.shell(stream("three"), token: yard.token("refs/pull/7/merge", base: "main"))
        try await yard.shell(stream("two"))
        try await yard.expectTimed([false, false, true, false])
        try await yard.shell("\(stream("two")); \(stream("one"))")
        try await yard.expectTimed([false, false, true, true])
    }

    @Test func `that an entry is damaged is noted, whether or not a client says which lookup led to it`() async throws {
        let yard = try await ServeYard(ServeYard.roomy)
        try await yard.shell("mkdir t; head -c 100000 /dev/urandom >t/a; save k t; id k >id")
        let entry = try #require(try yard.store.entries.list().first)
        for blob in try entry.blobs() where try Files.read(yard.store.path(of: blob)).count > 50_000 {
            try Files.remove(yard.store.path(of: blob))
        }
        for lookup in ["", "&lookup=$(lookup k)", "&lookup=x"] {
            try await yard.shell("look k; status \"$API/entries/$(cat id)/entry.tar?path=tree&at=/t\(lookup)\"")
            #expect(try yard.store.cacheLog.lookups(limit: 1).first?.outcome == .damaged, "\(lookup)")
        }
    }

    @Test func `an entry has no other parts`() async throws {
        let yard = try await ServeYard(ServeYard.roomy)
        try await yard.shell("mkdir t; echo 1 >t/a; save k t")
        let answers = try await yard.shell(
            """
            entry="$API/entries/$(id k)/entry.tar?path=tree&at=/t&state=$(state k)"
            for part in 0/2 3/2 1/5 1/0 -1/2 1/2/3 / names '' 1; do status "$entry&part=$part"; done; status "$entry&part=1/4"
            """)
        #expect(answers == String(repeating: "400\n", count: 10) + "200\n", "\(answers)")
    }

    @Test func `parts of an entry that was made anew between two of them do not come`() async throws {
        let yard = try await ServeYard(ServeYard.roomy)
        try await yard.shell("mkdir t; echo 1 >t/a; save k t; state k >state")
        let part = "status \"$API/entries/$(id k)/entry.tar?path=tree&at=/t&part=1/2&state=$(cat state)\""
        #expect(try await yard.shell(part) == "200\n")
        #expect(try yard.store.entries.remove(try #require(try yard.store.entries.ids().first)))
        try await yard.shell("echo 2 >t/b; save k t")
        #expect(try await yard.shell(part + "; cat answer").hasPrefix("404\n{\"code\":\"no_entry\""))
        #expect(try await yard.shell("state k >state; \(part)") == "200\n")
        #expect(try await yard.shell(": >state; \(part)") == "400\n")
    }

    @Test func `one stream is like the other, byte by byte`() async throws {
        let yard = try await ServeYard(ServeYard.roomy)
        try await yard.shell(Self.tree + "save k t >/dev/null")
        try await yard.shell(
            "for n in 1 2; do call \"$API/entries/$(id k)/entry.tar?path=tree&at=/t\" >s$n; done; cmp s1 s2")
    }

    @Test func `who has no token, or a worthless one, gets nothing`() async throws {
        let yard = try await ServeYard(ServeYard.roomy)
        let good = try yard.token()
        #expect(try await yard.shell("curl -sS $BERTH_URL/healthz") == "ok\n")
        #expect(try await yard.shell("curl -sS -o answer -w '%{http_code}' -d key=k $API/lookup") == "401")
        let expired = try yard.token(lifetime: 10, now: Machine.now - 11)
        for bad in ["x", String(good.dropLast()), good + "0", good.uppercased(), expired] {
            #expect(try await yard.shell("status -d key=k -d path=p $API/lookup", token: bad) == "401\n", "\(bad)")
        }
        #expect(try await yard.shell("status -d key=k -d path=p $API/lookup", token: good) == "200\n")
        #expect(try TokenFolder(yard.store).revoke(String(Digest.of(good).hex.prefix(12))))
        #expect(
            try await yard.shell("status -d key=k -d path=p $API/lookup; cat answer", token: good).contains("revoked"))
        #expect(try await yard.shell("status $API/nowhere", token: try yard.token()) == "404\n")
    }

    @Test func `tokens lie in the store as hashes that only the owner may read`() async throws {
        let yard = try await ServeYard(ServeYard.roomy)
        let token = try yard.token()
        let found = try await yard.run("grep -r '\(token.dropFirst(6))' store || find store/tokens -perm /077")
        #expect(found.output.isEmpty, "\(found)")
        #expect(try await yard.store.check().isClean)
    }

    @Test func `a job sees its own scope, its base and the default branch, and no other repository`() async throws {
        let yard = try await ServeYard(ServeYard.roomy)
        let pull = try yard.token("refs/pull/7/merge", base: "next")
        let other = try yard.token(repository: "octo/other")
        try await yard.shell("mkdir t; echo 1 >t/a; save main t")
        try await yard.shell("save pull t", token: pull)
        #expect(try await yard.shell("look pull").hasPrefix("hit=miss\n"))
        #expect(try await yard.shell("look main", token: pull).hasPrefix("hit=exact\n"))
        #expect(try await yard.shell("look main", token: other) == "hit=miss\n")
        let id = try await yard.shell("id pull", token: pull).filter { !$0.isNewline }
        let fetch = "status '\(yard.url)/cache/v1/entries/\(id)/entry.tar?path=tree&at=/t'"
        #expect(try await yard.shell(fetch, token: pull) == "200\n")
        #expect(try await yard.shell("\(fetch); cat answer").hasPrefix("404\n{\"code\":\"no_entry\""))
        #expect(try await yard.shell(fetch, token: other) == "404\n")
        let why = try await yard.shell("text \"$API/explain?key=pull&path=tree\"")
        #expect(why.hasPrefix("other-scope=not visible: it exists in refs/pull/7/merge, saved on "), "\(why)")
        #expect(try await yard.shell("text \"$API/explain?key=pull&path=tree\"", token: other).hasPrefix("none="))
    }

    @Test func `a job that may only read is refused before it sends anything`() async throws {
        let yard = try await ServeYard(ServeYard.roomy)
        let token = try yard.token("refs/pull/1/merge", .readOnly)
        #expect(try await yard.shell("mkdir t; echo 1 >t/a; save k t", token: token) == "403\n")
        #expect(try await yard.shell("cat answer").contains("\"code\":\"read_only\""))
        try await yard.expectNothingLeft()
    }

    /// Writes a tar whose second name of a file comes last, as python3 has it.
    private static let linked = """
        import io, sys, tarfile
        archive = tarfile.open(fileobj=sys.stdout.buffer, mode="w|")
        def add(name, type=tarfile.REGTYPE, data=b"", **more):
            info = tarfile.TarInfo(name)
            info.type, info.size = type, len(data)
            for key, value in more.items(): setattr(info, key, value)
            archive.addfile(info, io.BytesIO(data))
        for name in ["t", "t/tmp", "t/tmp/in", "t/keep"]: add(name, tarfile.DIRTYPE, mode=0o755)
        add("t/tmp/in/first", data=b"shared\\n")
        add("t/tmp/large", data=b"left out" * 100000)
        add("t/keep/second", tarfile.LNKTYPE, linkname="t/tmp/in/first")
        add("t/keep/a.log", data=b"log")
        archive.close()
        """

    @Test func `what is left out does not come in, unless it has another name that stays`() async throws {
        let yard = try await ServeYard(ServeYard.roomy)
        try Files.writeAtomically(Self.linked, to: yard.path("make.py"))
        let out = try await yard.shell(
            """
            (python3 make.py && seal) | status -T - "$API/entries?key=k&path=tree&at=/t&exclude=tree=tmp&exclude=tree=**/*.log"
            call -f "$API/entries/$(id k)/entry.tar?path=tree&at=/t" | tar -xf -
            find t | sort; cat t/keep/second; stat -c %h t/keep/second
            """)
        #expect(out == "201\nt\nt/keep\nt/keep/second\nshared\n1\n", "\(out)")
        #expect(try EntryCatalog(yard.store).list().map(\.packs.count) == [1])
        try await yard.shell(
            "(python3 make.py && seal) | call -T - \"$API/entries?key=none&path=tree&at=/t&exclude=tree=tmp&exclude=tree=keep\""
        )
        let none = try EntryCatalog(yard.store).list().filter { $0.key.text == "none" }
        #expect(none.map(\.packs.count) == [0] && none.map(\.size) == [ByteCount(0)], "\(none)")
    }

    @Test func `what no cache can hold matters only where it is not left out`() async throws {
        let yard = try await ServeYard(ServeYard.roomy)
        let answers = try await yard.shell(
            """
            mkdir -p t/tmp/in t/keep; mkfifo t/tmp/in/pipe t/tmp/own; echo 1 >t/keep/a
            send() { (tar --format=posix -cf - t && seal) | status -T - "$API/entries?key=$1&path=tree&at=/t${2-}"; }
            send whole; cat answer; send folder '&exclude=tree=tmp'; send names '&exclude=tree=**/pipe&exclude=tree=**/own'
            send one '&exclude=tree=**/pipe'; call -f "$API/entries/$(id folder)/entry.tar?path=tree&at=/u" | tar -xf -
            find u | sort
            """)
        #expect(answers.hasPrefix("422\n") && answers.contains("is a pipe or a device"), "\(answers)")
        #expect(answers.hasSuffix("201\n201\n422\nu\nu/keep\nu/keep/a\n"), "\(answers)")
    }

    @Test func `other content under a key is a conflict, the same content is none`() async throws {
        let yard = try await ServeYard(ServeYard.roomy)
        try await yard.shell("mkdir t; echo 1 >t/a")
        #expect(try await yard.shell("save k t; touch t/a; save k t; cat answer").hasPrefix("201\n200\n{\"entry\""))
        #expect(try await yard.shell("echo 2 >t/a; save k t; cat answer").hasPrefix("409\n{\"code\":\"conflict\""))
    }

    @Test func `of two savers of one key one is first, and neither fails`() async throws {
        let yard = try await ServeYard(ServeYard.roomy)
        try await yard.shell("mkdir t u; head -c 3000000 /dev/urandom >t/a; cp t/a u/a")
        async let one = yard.shell("cd t/..; save k t")
        async let other = yard.shell("(cd u && tar -cf - . && seal) | call -T - \"$API/entries?key=k&path=tree&at=/\" ")
        async let third = yard.shell(
            "(tar -cf - u && seal) | call -o /dev/null -w '%{http_code}' -T - \"$API/entries?key=k&path=tree&at=/u\"")
        let answers = try await [one, third]
        #expect(answers.allSatisfy { $0.hasPrefix("20") } && answers.contains { $0.hasPrefix("201") }, "\(answers)")
        #expect(try await other.contains("no absolute path"))
        #expect(try yard.store.entries.list().count == 1)
    }

    @Test func `what is too large, or would fill the disk, is refused`() async throws {
        var settings = ServeYard.roomy
        settings.entrySize = ByteCount(1 << 20)
        let small = try await ServeYard(settings)
        try await small.shell("mkdir t; head -c 2000000 /dev/urandom >t/a")
        #expect(try await small.shell("save k t || :; cat answer").contains("\"code\":\"too_large\""))
        try await small.expectNothingLeft()
        settings = ServeSettings()
        settings.keepFree = ByteCount(Int64.max / 2)
        let full = try await ServeYard(settings)
        #expect(try await full.shell("mkdir t; echo 1 >t/a; save k t").hasPrefix("507\n"))
        try await full.expectNothingLeft()
    }

    @Test(arguments: [
        "-d path=t $API/lookup", "-d key=a,b -d path=t $API/lookup", "-d key=k $API/lookup",
        "-d key=%ff -d path=t $API/lookup", "-T /dev/null $API/entries?key=k\\&path=t",
        "-T /dev/null $API/entries?key=k\\&path=t\\&at=/../etc", "-T /dev/null $API/entries?key=k\\&path=t\\&at=/",
        "-T /dev/null $API/entries?key=k\\&path=t\\&at=/a\\&path=u\\&at=/a/b",
        "-T /dev/null $API/entries?key=k\\&path=t\\&at=/a\\&cost=-1",
    ]) func `requests that make no sense are told so`(_ request: String) async throws {
        let yard = try await ServeYard(ServeYard.roomy)
        let answer = try await yard.shell("status \(request); cat answer")
        #expect(answer.hasPrefix("400\n{\"code\":\"invalid\"") && answer.contains("\"remedy\":"), "\(answer)")
    }
}
