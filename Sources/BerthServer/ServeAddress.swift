internal import BerthSystem

/// Where the service listens: a host of this machine and a port.
package struct ServeAddress: Sendable, Hashable, CustomStringConvertible {
    package let host: String
    /// 0: any that is free.
    package let port: Int

    /// Loopback: other machines can't reach it.
    package static let standard = ServeAddress(host: "127.0.0.1", port: 7420)

    package init(host: String, port: Int) { (self.host, self.port) = (host, port) }

    /// Reads `127.0.0.1:7420`, `[::1]:7420`, or a host alone; throws `.usage` for anything else.
    package init(_ text: String) throws {
        let parts = text.wholeMatch(of: #/(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.\-]+)(?::(\d{1,5}))?/#)?.output
        let number = parts.map { $0.2.flatMap { Int($0) } ?? Self.standard.port }
        guard let parts, let port = number, (0...65_535).contains(port)
        else {
            throw BerthError(
                .usage, "the service can't listen at \(text.escaped)",
                remedy: "write it as HOST:PORT, such as 127.0.0.1:7420")
        }
        host = String(parts.1).trimmingBrackets
        self.port = port
    }

    /// Whether no other machine can reach it.
    package var isLoopback: Bool { host == "localhost" || host == "::1" || host.hasPrefix("127.") }

    package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

extension String {
    fileprivate var trimmingBrackets: String { hasPrefix("[") ? String(dropFirst().dropLast()) : self }
}
