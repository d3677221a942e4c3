/// One part of a pattern between two slashes, as minimatch 3 reads it with the options of @actions/glob (dot, nobrace,
/// noext): `*`, `?`, `[a-z]`, `[!a]`, a backslash before a character that is meant literally, and `**` alone.
enum GlobSegment: Sendable, Hashable {
    /// `**`: any number of names, none too.
    case anyNames
    case literal(String)
    case pattern([Piece])

    /// What stands for some code units of UTF-16, by which JavaScript counts.
    enum Piece: Sendable, Hashable {
        case unit(UInt16)
        case one
        case many
        case set([ClosedRange<UInt16>], isNegated: Bool)
    }

    init(_ text: String) {
        guard text != "**" else {
            self = .anyNames
            return
        }
        let pieces = GlobPieces.parse(Array(text.utf16))
        let units = pieces.compactMap { piece -> UInt16? in if case .unit(let unit) = piece { unit } else { nil } }
        self = units.count == pieces.count ? .literal(String(decoding: units, as: UTF16.self)) : .pattern(pieces)
    }

    /// Whether a name fits; `**` fits any.
    func matches(_ name: String) -> Bool {
        switch self {
        case .anyNames: true
        case .literal(let text): text.utf8.elementsEqual(name.utf8)
        case .pattern(let pieces): Self.matches(Array(name.utf16), pieces)
        }
    }

    /// With one place to go back to, which is enough: what a later star can match, an earlier one need not.
    private static func matches(_ name: [UInt16], _ pieces: [Piece]) -> Bool {
        var (unit, piece) = (0, 0)
        var star: (piece: Int, unit: Int)?
        while unit < name.count {
            if piece < pieces.count, pieces[piece] == .many {
                star = (piece, unit)
                piece += 1
            } else if piece < pieces.count, pieces[piece].fits(name[unit]) {
                (unit, piece) = (unit + 1, piece + 1)
            } else if let last = star {
                star = (last.piece, last.unit + 1)
                (unit, piece) = (last.unit + 1, last.piece + 1)
            } else {
                return false
            }
        }
        return pieces[piece...].allSatisfy { $0 == .many }
    }
}

extension GlobSegment.Piece {
    fileprivate func fits(_ unit: UInt16) -> Bool {
        switch self {
        case .unit(let own): own == unit
        case .one, .many: true
        case .set(let ranges, let isNegated): ranges.contains { $0.contains(unit) } != isNegated
        }
    }
}

/// Reads the pieces of a segment.
private enum GlobPieces {
    private static let (backslash, star, question): (UInt16, UInt16, UInt16) = (0x5C, 0x2A, 0x3F)
    private static let (open, close, minus): (UInt16, UInt16, UInt16) = (0x5B, 0x5D, 0x2D)

    static func parse(_ text: [UInt16]) -> [GlobSegment.Piece] {
        var pieces: [GlobSegment.Piece] = []
        var index = 0
        while index < text.count {
            switch text[index] {
            case backslash where index + 1 < text.count:
                index += 1
                pieces.append(.unit(text[index]))
            case star: pieces.append(.many)
            case question: pieces.append(.one)
            case open:
                if let (set, end) = set(text, from: index + 1) {
                    pieces.append(set)
                    index = end
                } else {
                    pieces.append(.unit(open))
                }
            default: pieces.append(.unit(text[index]))
            }
            index += 1
        }
        return pieces
    }

    /// A set and the place of its closing bracket; nil where it is not closed, which makes the bracket a plain one, as
    /// does a range backwards.
    private static func set(_ text: [UInt16], from start: Int) -> (GlobSegment.Piece, Int)? {
        var index = start
        let isNegated = index < text.count && (text[index] == 0x21 || text[index] == 0x5E)
        if isNegated { index += 1 }
        var units: [UInt16] = []
        while index < text.count, text[index] != close || index == start {
            if text[index] == backslash, index + 1 < text.count { index += 1 }
            units.append(text[index])
            index += 1
        }
        guard index < text.count else { return nil }
        // Still a wildcard to whoever looks for the place where a search begins.
        guard let ranges = ranges(units) else { return (.set([open...open], isNegated: false), start - 1) }
        // One character in brackets is the way to write a wildcard literally.
        if !isNegated, units.count == 1 { return (.unit(units[0]), index) }
        return (.set(ranges, isNegated: isNegated), index)
    }

    private static func ranges(_ units: [UInt16]) -> [ClosedRange<UInt16>]? {
        var ranges: [ClosedRange<UInt16>] = []
        var index = 0
        while index < units.count {
            if index + 2 < units.count, units[index + 1] == minus {
                guard units[index] <= units[index + 2] else { return nil }
                ranges.append(units[index]...units[index + 2])
                index += 3
            } else {
                ranges.append(units[index]...units[index])
                index += 1
            }
        }
        return ranges
    }
}

extension GlobSegment {
    /// A name as a pattern that only the name itself fits.
    static func escaped(_ name: String) -> String {
        String(name.flatMap { "\\*?[]!#".contains($0) ? ["\\", $0] : [$0] })
    }
}
