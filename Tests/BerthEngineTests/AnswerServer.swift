import BerthEngine
import BerthSystem
import BerthTestSupport
import Foundation
import SystemPackage

/// An engine that isn't one: a Unix socket that gives every connection the same bytes, or only the first one and
/// then says and reads nothing.
final class AnswerServer: Sendable {
    let path: FilePath
    private let folder: TemporaryFolder
    private let descriptor: Int32

    init(answering text: String, thenSilent: Bool = false) throws {
        folder = try TemporaryFolder("sock")
        path = folder.path.appending("s")
        descriptor = socket(AF_UNIX, AnswerServer.stream, 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let name = Array(path.string.utf8)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
        let bound = withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard bound == 0, listen(descriptor, 8) == 0 else { throw BerthError(errno: errno, "listen", path.string) }
        let listening = descriptor
        Thread.detachNewThread {
            var answered = false
            while true {
                let connection = accept(listening, nil, nil)
                guard connection >= 0 else { return }
                if thenSilent && answered { continue }
                answered = true
                var request = [UInt8](repeating: 0, count: 4096)
                _ = read(connection, &request, request.count)
                _ = text.utf8CString.withUnsafeBytes { write(connection, $0.baseAddress, $0.count - 1) }
                close(connection)
            }
        }
    }

    deinit {
        shutdown(descriptor, Int32(SHUT_RDWR))
        close(descriptor)
    }

    /// SOCK_STREAM is a number on one system and an enumeration on the other.
    private static var stream: Int32 { 1 }

    /// An HTTP answer.
    static func http(_ status: String, _ headers: [String], _ body: String = "OK") -> String {
        let lines =
            ["HTTP/1.1 \(status)"] + headers + ["Content-Length: \(body.utf8.count)", "Connection: close", "", body]
        return lines.joined(separator: "\r\n")
    }
}
