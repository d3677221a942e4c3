/// A way to a server of a test that cuts connections: bytes go on to another port until so many have passed.
package enum CuttingFront {
    /// Resets both sides once a limit is reached, in the middle of whatever passes; then the next limit counts.
    private static let program = """
        import asyncio, sys
        port, limits = int(sys.argv[1]), [int(word) for word in sys.argv[2:]]
        passed = 0
        def say(text):
            sys.stdout.write(text + "\\n")
            sys.stdout.flush()
        async def copy(source, target, mine, counts):
            global passed
            try:
                while data := await source.read(65536):
                    if counts and limits and passed + len(data) >= limits[0]:
                        data = data[:limits[0] - passed]
                        passed += len(data)
                        say(f"cut after {limits.pop(0)}")
                        target.write(data)
                        await target.drain()
                        mine.transport.abort()
                        target.transport.abort()
                        return
                    if counts:
                        passed += len(data)
                    target.write(data)
                    await target.drain()
            except OSError:
                pass
            target.close()
        async def serve(reader, writer):
            onward, back = await asyncio.open_connection("127.0.0.1", port)
            await asyncio.gather(copy(reader, back, writer, True), copy(onward, writer, back, False))
            say(f"passed {passed}")
        async def main():
            server = await asyncio.start_server(serve, "127.0.0.1", 0)
            say(f"port {server.sockets[0].getsockname()[1]}")
            await server.serve_forever()
        asyncio.run(main())
        """

    /// Serves for as long as `body` runs.
    ///
    /// Its lines say `cut after N` and, when a connection has ended, `passed N`: bytes that clients have sent by then.
    /// The limits are bytes from clients, all connections together, after which one is cut; ascending.
    package static func serving<Result: Sendable>(
        port: Int, cutAfter limits: [Int], _ body: (PythonServer) async throws -> Result
    ) async throws -> Result {
        try await PythonServer.serving(program, ["\(port)"] + limits.map(String.init), body)
    }
}
