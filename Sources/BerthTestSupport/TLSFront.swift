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
        let arguments = [certificate.certificate.string, certificate.key.string, "\(port)"]
        return try await PythonServer.serving(program, arguments) { try await body($0.port) }
    }
}
