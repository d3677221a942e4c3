internal import BerthSystem

/// What of an entry a stream has.
///
/// One stream has all of it. Who unpacks with several threads takes all shares of the contents at the same time, which leave
/// the folders to whoever unpacks, and the end when those are unpacked.
package enum StreamPart: Sendable, Hashable {
    case whole
    /// One of several shares of the contents, counted from 0.
    case contents(share: Int, of: Int)
    /// Links, empty files, second names, and folders with their own permissions and times.
    case end

    /// Most shares that one entry's contents are dealt out in: each takes memory of its own.
    package static let most = 4

    /// A share such as `1/2`, or `end`; all of it for nil.
    ///
    /// Throws `.usage` for anything else.
    package init(_ text: String?) throws {
        switch text {
        case nil: self = .whole
        case "end": self = .end
        case let share?:
            let numbers = share.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
            guard numbers.count == 2, (1...Self.most).contains(numbers[1]), (1...numbers[1]).contains(numbers[0]) else {
                throw BerthError(
                    .usage, "an entry has no such part: \(share.escaped)",
                    remedy: "ask for a share such as 1/2 of at most \(Self.most), or for end")
            }
            self = .contents(share: numbers[0] - 1, of: numbers[1])
        }
    }

    /// Whether other streams have the rest.
    package var isPart: Bool { self != .whole }

    /// Whether nothing of the entry is left to send behind it.
    package var isLast: Bool { self == .whole || self == .end }
}
