internal import BerthReport
internal import BerthSystem
internal import Foundation
internal import SystemPackage

/// Results go to standard output, everything else to standard error; a full disk is an error, and so is no output at all;
/// a reader who went away is none.
enum Console {
    /// Standard output is gone; the program ends without a word.
    struct Closed: Error {
        let status: Int32
    }

    /// Columns for results: what `$COLUMNS` says, else the terminal; nil where there is neither.
    static var columns: Int? {
        let said = Machine.environment("COLUMNS").flatMap { Int($0) }
        return said.flatMap { $0 > 0 ? $0 : nil } ?? Machine.columns(.standardOutput)
    }

    static func write(_ text: String) throws {
        do { try FileDescriptor.standardOutput.writeAll((text + "\n").utf8) } catch Errno.brokenPipe {
            throw Closed(status: 0)
        } catch Errno.badFileDescriptor {
            throw BerthError(
                .failed, "the result can't be written: standard output is closed",
                remedy: "leave it open, or send it to a file or /dev/null; the work itself is done")
        } catch {
            throw BerthError(
                (error as? Errno) == .noSpace ? .noSpace : .failed, "the result can't be written",
                place: "standard output", remedy: "free some space, or send it elsewhere; the work itself is done",
                cause: error)
        }
    }

    /// Work that writes to standard output itself: whoever reads it may go away.
    static func streaming(_ work: () async throws -> Void) async throws {
        do { try await work() } catch let error as BerthError where error.errno == EPIPE { throw Closed(status: 0) }
    }

    static func note(_ text: String) { _ = try? FileDescriptor.standardError.writeAll(text.utf8) }

    /// The message of an error, as text or as a JSON object, and the end of the program.
    static func fail(_ error: BerthError) -> Never {
        note(wantsJSON ? json(error) + "\n" : "\(error)\n")
        exit(error.status.rawValue)
    }

    /// Whether the caller is a program: errors are then one JSON object.
    static var wantsJSON: Bool { CommandLine.arguments.contains("--json") }

    private struct Failure: Encodable {
        var type = "error"
        let code: Int32
        let what: String
        let place: String?
        let done: String?
        let cause: String?
        let remedy: String?
    }

    private static func json(_ error: BerthError) -> String {
        let failure = Failure(
            code: error.status.rawValue, what: error.what, place: error.place, done: error.done,
            cause: error.causeText, remedy: error.remedy)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(failure)).map { String(decoding: $0, as: UTF8.self) } ?? error.what
    }
}
