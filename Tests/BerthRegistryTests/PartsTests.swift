import AsyncHTTPClient
import BerthSystem
import Foundation
import Synchronization
import Testing

@testable import BerthRegistry

@Suite struct PartsTests {
    @Test func `The proxy variables count as they do for curl`() throws {
        let settings = ProxySettings(environment: [
            "http_proxy": "http://plain.test:8080", "HTTPS_PROXY": "secure.test:3128", "HTTP_PROXY": "http://evil.test",
            "no_proxy": ".inner.test, host.test:8443,*.wild.test 10.0.0.1",
        ])
        func proxy(_ text: String) throws -> String? { settings.proxy(for: try Address(text)) }
        #expect(try proxy("http://out.test/") == "http://plain.test:8080")
        #expect(try proxy("https://out.test/") == "secure.test:3128")
        for exempt in [
            "http://a.inner.test/", "https://inner.test/", "https://host.test:8443/", "http://b.wild.test/",
            "http://10.0.0.1/", "http://127.0.0.1:80/", "http://localhost/", "http://[::1]/",
        ] {
            #expect(try proxy(exempt) == nil, "\(exempt)")
        }
        #expect(try proxy("https://host.test/") == "secure.test:3128")
        #expect(try proxy("https://notinner.test/") == "secure.test:3128")
        #expect(ProxySettings(environment: ["HTTP_PROXY": "http://evil.test"]).http == nil)
        #expect(ProxySettings(environment: ["ALL_PROXY": "socks5://s.test"]).https == "socks5://s.test")
    }

    @Test(arguments: ["https://proxy.test", "socks4://proxy.test", "http://", "socks5://joe:secret@proxy.test"])
    func `A proxy of another kind is refused without showing its password`(_ text: String) throws {
        let error = try #require(throws: BerthError.self) { try ProxySettings.parse(text) }
        #expect(error.status == .usage)
        #expect(!"\(error)".contains("secret"))
    }

    @Test func `Retry-After is a number of seconds or a date`() throws {
        let now = Date(timeIntervalSince1970: 1_000_000_000)
        #expect(RetryAfter.parse("120", now: now) == .seconds(120))
        #expect(RetryAfter.parse("Sun, 09 Sep 2001 01:47:10 GMT", now: now) == .seconds(30))
        #expect(RetryAfter.parse("Sun, 09 Sep 2001 01:00:00 GMT", now: now) == .zero)
        for nothing in ["", "-5", "soon", "1.5"] { #expect(RetryAfter.parse(nothing, now: now) == nil) }
    }

    @Test func `A content range is read strictly`() {
        #expect(ContentRange("bytes 100-999/1000").map { [$0.first, $0.total] } == [100, 1000])
        #expect(ContentRange("bytes 100-999/*").map { [$0.first, $0.total] } == [100, nil])
        for wrong in [nil, "", "bytes */1000", "items 1-2/3", "bytes 1-2", "bytes -5-9/10", "bytes a-b/c"] {
            #expect(ContentRange(wrong) == nil)
        }
    }

    @Test func `Waits double, are spread, and have an upper bound`() {
        let policy = FetchPolicy()
        for tries in 1...40 {
            let full = min(Duration.milliseconds(500) * (1 << min(tries - 1, 16)), policy.longestWait)
            for _ in 0..<20 {
                let wait = policy.wait(after: tries)
                #expect(wait >= full * 0.5 && wait <= full)
            }
        }
    }

    @Test func `A route waits only where it comes round, as long as any server asked`() throws {
        var policy = FetchPolicy()
        policy.firstWait = .milliseconds(1)
        var route = Route(try ["http://a.test", "http://b.test"].map { try Address($0) }, policy: policy)
        #expect(route.note(.trouble("answered 503", wait: .seconds(9))) == .zero)
        #expect(route.next?.host == "b.test")
        #expect(route.note(.trouble("answered 500")) == .seconds(9))
        #expect(route.next?.host == "a.test")
        #expect(route.note(.missing) == .zero)
        #expect(route.next?.host == "b.test")
        #expect(!route.isMissing)
        #expect(route.note(.trouble("cut"), progressed: true) <= .milliseconds(1))
        for _ in 0..<4 { _ = route.note(.trouble("cut")) }
        #expect(route.next != nil)
        _ = route.note(.trouble("cut"))
        #expect(route.next == nil)
    }

    @Test func `A gate lets no more through than its limit, and a cancelled waiter leaves the queue`() async throws {
        let gate = Gate(2)
        let count = Count()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    try await gate.passing {
                        count.add(1)
                        await Task.yield()
                        count.add(-1)
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(count.peak <= 2)
        try await gate.passing {
            try await gate.passing {
                let waiting = Task { try await gate.passing {} }
                waiting.cancel()
                await #expect(throws: CancellationError.self) { try await waiting.value }
            }
        }
        try await gate.passing {}
    }
}

/// How many are inside, and how many were at most.
private final class Count: Sendable {
    private let state = Mutex([0, 0])
    var peak: Int { state.withLock { $0[1] } }
    func add(_ change: Int) {
        state.withLock { state in
            state[0] += change
            state[1] = max(state[0], state[1])
        }
    }
}
