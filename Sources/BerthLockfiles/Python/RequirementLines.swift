internal import BerthDocument

/// One logical line of a requirements file: continued lines joined, comments gone.
struct RequirementLine {
    let text: String
    let place: DocumentPlace
}

/// Splits a requirements file as pip does.
enum RequirementLines {
    private static let hash = UInt8(ascii: "#")
    private static let backslash = UInt8(ascii: "\\")

    /// The lines that say something; faults for a file that ends in the middle of one and for control characters.
    static func split(_ bytes: [UInt8], file: String, _ faults: Faults) -> [RequirementLine] {
        var lines: [RequirementLine] = []
        var begun: (bytes: [UInt8], line: Int)?
        var number = 0
        for physical in physicalLines(bytes) {
            number += 1
            let isComment = physical.first { !isBlank($0) } == hash
            let goesOn = physical.last == backslash && !isComment
            // A comment ends a continued line; the blank makes sure that it is seen as one.
            let piece = goesOn ? Array(physical.dropLast()) : (isComment ? [0x20] : []) + physical
            begun = ((begun?.bytes ?? []) + piece, begun?.line ?? number)
            guard !goesOn, let whole = begun else { continue }
            begun = nil
            let place = DocumentPlace(file: file, line: whole.line, column: 1)
            if whole.bytes.contains(where: { $0 < 0x20 && $0 != 0x09 || $0 == 0x7F }) {
                faults.add("a control character in a requirement", at: place)
            }
            let said = String(decoding: withoutComment(whole.bytes), as: UTF8.self)
            if !said.isEmpty { lines.append(RequirementLine(text: said, place: place)) }
        }
        if let begun {
            faults.add(
                "the file ends where a line goes on (\\): it is cut; \(LockDraft.remedy)",
                at: DocumentPlace(file: file, line: begun.line, column: 1))
        }
        return lines
    }

    static func isBlank(_ unit: UInt8) -> Bool { unit == 0x20 || unit == 0x09 }

    /// Ended by a line feed, a carriage return, or both.
    private static func physicalLines(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
        var lines: [ArraySlice<UInt8>] = []
        var start = 0
        for (index, unit) in bytes.enumerated() where unit == 0x0A || unit == 0x0D {
            let isSecondHalf = unit == 0x0A && index > 0 && bytes[index - 1] == 0x0D
            if !isSecondHalf { lines.append(bytes[start..<index]) }
            start = index + 1
        }
        // What follows the last line end is a line only when something stands there.
        if start < bytes.count { lines.append(bytes[start...]) }
        return lines
    }

    /// A `#` begins a comment at the beginning and after a blank; elsewhere it is part of an address.
    private static func withoutComment(_ line: [UInt8]) -> ArraySlice<UInt8> {
        let end = line.indices.first { line[$0] == hash && ($0 == 0 || isBlank(line[$0 - 1])) } ?? line.endIndex
        var said = line[..<end].drop(while: isBlank)
        while let last = said.last, isBlank(last) { said.removeLast() }
        return said
    }
}
