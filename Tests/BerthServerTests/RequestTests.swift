import BerthServer
import BerthSystem
import BerthTestSupport
import SystemPackage
import Testing

/// Requests that HTTP does not allow, that never end, or that say one thing and mean another.
struct RequestTests {
    /// `talk BYTES`: sends them over a bare socket, and tells the first line of what comes back.
    private static let client = """
        import os, socket, sys, time
        host, port = os.environ["BERTH_URL"][7:].split(":")
        auth = "Authorization: Bearer " + os.environ["BERTH_TOKEN"] + "\\r\\n"
        look = "POST /cache/v1/lookup HTTP/1.1\\r\\nHost: x\\r\\n" + auth
        health = "GET /healthz HTTP/1.1\\r\\nHost: x\\r\\n"
        form = "key=k&path=t"
        def talk(text):
            s = socket.create_connection((host, int(port)))
            s.settimeout(60)
            got = b""
            try:
                s.sendall(text.encode())
                while True:
                    piece = s.recv(1 << 16)
                    if not piece: break
                    got += piece
            except ConnectionError: pass
            print(got.split(b"\\r\\n")[0].decode() or "closed", got.count(b"HTTP/1.1 "))

        """

    private func python(_ yard: ServeYard, _ lines: String) async throws -> String {
        try Files.writeAtomically(Self.client + lines + "\n", to: yard.path("client.py"))
        return try await yard.shell("python3 client.py")
    }

    @Test(arguments: [
        ("100,000 headers", #"talk(health + "a: b\r\n" * 100000 + "\r\n")"#),
        ("a header of a mebibyte", #"talk(health + "a: " + "b" * (1 << 20) + "\r\n\r\n")"#),
        (
            "a length and chunks",
            #"talk(look + "Content-Length: 12\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + health + "\r\n")"#
        ),
        ("two lengths", #"talk(look + "Content-Length: 12\r\nContent-Length: 99\r\n\r\n" + form)"#),
        ("a negative length", #"talk(look + "Content-Length: -1\r\n\r\n" + form)"#),
        ("an overflowing length", #"talk(look + "Content-Length: 99999999999999999999999\r\n\r\n" + form)"#),
        ("bare line feeds", #"talk(look.replace("\r\n", "\n") + "Content-Length: 12\n\n" + form)"#),
        ("a carriage return in a header", #"talk(health + "A: b\rX: y\r\n\r\n")"#),
    ]) func `a request that HTTP forbids is refused once, and nothing behind it is read`(_ what: String, _ line: String)
        async throws
    {
        let yard = try await ServeYard(ServeYard.roomy)
        let answer = try await python(yard, line)
        #expect(answer == "HTTP/1.1 400 Bad Request 1\n" || answer == "closed 0\n", "\(what): \(answer)")
        #expect(try await yard.shell("curl -sS $BERTH_URL/healthz") == "ok\n")
    }

    @Test func `a request whose headers drip in byte by byte is let go`() async throws {
        var settings = ServeYard.roomy
        settings.silence = .seconds(1)
        let yard = try await ServeYard(settings)
        let answer = try await python(
            yard,
            """
            s = socket.create_connection((host, int(port)))
            try:
                s.sendall(health.encode() + b"A: ")
                for i in range(600):
                    s.sendall(b"b")
                    time.sleep(0.1)
                print("endless")
            except ConnectionError: print("let go")
            """)
        #expect(answer == "let go\n")
    }

    @Test func `a compressed body is not expanded`() async throws {
        let yard = try await ServeYard(ServeYard.roomy)
        let answer = try await yard.shell(
            """
            mkdir t; echo 1 >t/a; (tar -cf - t && seal) | gzip >body
            status -H 'Content-Encoding: gzip' -T body "$API/entries?key=k&path=t&at=/t"; cat answer
            """)
        #expect(answer.hasPrefix("422\n{\"code\":\"refused\""), "\(answer)")
        try await yard.expectNothingLeft()
    }
}
