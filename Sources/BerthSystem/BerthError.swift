internal import Foundation

/// What went wrong, where, what Berth already did about it, and what to do next.
///
/// The one error that crosses module borders; `status` is for programs, the texts are for people.
package struct BerthError: Error, Sendable {
    package var status: ExitStatus
    package var what: String
    package var place: String?
    package var done: String?
    package var remedy: String?
    package var cause: (any Error)?

    package init(
        _ status: ExitStatus, _ what: String, place: String? = nil, done: String? = nil, remedy: String? = nil,
        cause: (any Error)? = nil
    ) {
        self.status = status
        self.what = what
        self.place = place
        self.done = done
        self.remedy = remedy
        self.cause = cause
    }

    /// An error of a system call on a path, with the exit status that the errno deserves.
    package init(errno code: Int32, _ action: String, _ path: String, remedy: String? = nil) {
        let text = unsafe String(cString: strerror(code))
        let status: ExitStatus =
            switch code {
            case ENOSPC, EDQUOT: .noSpace
            case EROFS, EACCES, EPERM: .storeMissing
            default: .failed
            }
        let advice =
            switch code {
            case ENOSPC, EDQUOT: "free some space (berth store gc) and run the same command again"
            case EROFS, EACCES, EPERM: "make the path writable for this user, or set BERTH_HOME to another folder"
            default: nil as String?
            }
        self.init(status, "cannot \(action): \(text)", place: path, remedy: remedy ?? advice)
        self.errno = code
    }

    /// The errno behind it, where a system call failed.
    package private(set) var errno: Int32?
}

extension BerthError {
    /// Whether the disk could not give its bytes (EIO).
    package var isDiskFault: Bool { errno == EIO }

    /// Whether this user, or anybody, may not do that here (EROFS, EACCES, EPERM).
    package var isForbidden: Bool { errno.map { [EROFS, EACCES, EPERM].contains($0) } ?? false }
}

extension BerthError: CustomStringConvertible {
    /// The message as a person reads it: what, where, done, cause, hint.
    package var description: String {
        var lines = ["error: \(what)"]
        if let place { lines += Self.lines(of: place) }
        if let done { lines.append("  done: \(done)") }
        if let causeText { lines.append("  cause: \(causeText)") }
        if let remedy { lines += ["", "hint: \(remedy)"] }
        return lines.joined(separator: "\n")
    }

    /// One place stands behind its word, several below it.
    private static func lines(of place: String) -> [String] {
        let places = place.split(separator: "\n", omittingEmptySubsequences: false)
        return places.count > 1 ? ["  where:"] + places.map { "    \($0)" } : ["  where: \(place)"]
    }

    /// What lies behind it, in one line.
    package var causeText: String? { cause.map(BerthError.oneLine) }

    private static func oneLine(_ cause: any Error) -> String {
        guard let known = cause as? BerthError else { return "\(cause)" }
        return [known.what, known.place.map { "(\($0))" }].compactMap(\.self).joined(separator: " ")
    }
}

extension String {
    /// The text with control characters written out, so that a hostile name cannot steer a terminal.
    package var escaped: String {
        var result = ""
        for scalar in unicodeScalars {
            switch scalar.value {
            case 0x0A: result += "\\n"
            case 0..<0x20, 0x7F..<0xA0, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069:
                result += "\\u{\(String(scalar.value, radix: 16))}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
