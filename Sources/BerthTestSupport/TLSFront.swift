internal import BerthSystem
internal import Synchronization
internal import SystemPackage

/// Somebody else's TLS before a server of a test: Python's, on a free port, passing bytes on to another port.
package enum TLSFront {
    private static let program = """
        import asyncio, ssl, sys
        certificate, key, port = sys.argv[1:]
        async def copy(source, target):
            try:
                while data := await source.read(65536):
                    target.write(data)
                    await target.drain()
            except OSError:
                pass
            target.close()
        async def serve(reader, writer):
            onward, back = await asyncio.open_connection("127.0.0.1", int(port))
            await asyncio.gather(copy(reader, back), copy(onward, writer))
        async def main():
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate, key)
            server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
            sys.stdout.write(f"port {server.sockets[0].getsockname()[1]}\\n")
            sys.stdout.flush()
            await server.serve_forever()
        asyncio.run(main())
        """

    /// Serves for as long as `body` runs, which gets the port.
    package static func serving<Result: Sendable>(
        _ certificate: TestCertificate, for port: Int, _ body: (Int) async throws -> Result
    ) async throws -> Result {
        let python = try Programs.require("python3", remedy: "scripts/setup test")
        var command = Command(
            python, ["-c", program, certificate.certificate.string, certificate.key.string, "\(port)"])
        command.limit = .seconds(600)
        let (run, said) = (command, Said())
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { _ = try await run.run(receiving: { said.take($0) }, errors: { _ in }) }
            defer { group.cancelAll() }
            return try await body(try await said.port())
        }
    }
}

/// What the program printed.
private final class Said: Sendable {
    private let text = Mutex("")

    func take(_ bytes: [UInt8]) { text.withLock { $0 += String(decoding: bytes, as: UTF8.self) } }

    func port() async throws -> Int {
        for _ in 0..<600 {
            if let match = text.withLock({ $0.firstMatch(of: #/port ([0-9]+)\n/#)?.output.1 }), let port = Int(match) {
                return port
            }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw BerthError(.failed, "the TLS server of the test did not start")
    }
}
