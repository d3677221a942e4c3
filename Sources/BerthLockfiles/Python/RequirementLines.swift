internal import BerthDocument

/// One logical line of a requirements file: continued lines joined, comments gone.
struct RequirementLine {
    let text: String
    let place: DocumentPlace
}

/// Splits a requirements file as pip does.
enum RequirementLines {
    /// The lines that say something; faults for a file that ends in the middle of one and for control characters.
    static func split(_ text: String, file: String, _ faults: Faults) -> [RequirementLine] {
        var lines: [RequirementLine] = []
        var begun: (text: String, line: Int)?
        var number = 0
        for physical in physicalLines(text) {
            number += 1
            let isComment = physical.first { $0 != " " && $0 != "\t" } == "#"
            let goesOn = physical.last == "\\" && !isComment
            // A comment ends a continued line; the blank makes sure that it is seen as one.
            let piece = goesOn ? physical.dropLast() : isComment ? " " + physical : physical
            begun = ((begun?.text ?? "") + piece, begun?.line ?? number)
            guard !goesOn, let whole = begun else { continue }
            begun = nil
            let place = DocumentPlace(file: file, line: whole.line, column: 1)
            if whole.text.utf8.contains(where: { $0 < 0x20 && $0 != 0x09 || $0 == 0x7F }) {
                faults.add("a control character in a requirement", at: place)
            }
            let said = withoutComment(whole.text)
            if !said.isEmpty { lines.append(RequirementLine(text: said, place: place)) }
        }
        if let begun {
            faults.add(
                "the file ends where a line goes on (\\): it is cut; \(LockDraft.remedy)",
                at: DocumentPlace(file: file, line: begun.line, column: 1))
        }
        return lines
    }

    /// Line feed, carriage return, or both.
    private static func physicalLines(_ text: String) -> [Substring] {
        var lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" || $0 == "\r" }
        // What follows the last line end is a line only when something stands there.
        if lines.last?.isEmpty == true { lines.removeLast() }
        return lines
    }

    /// A `#` begins a comment at the beginning and after a blank; elsewhere it is part of an address.
    private static func withoutComment(_ line: String) -> String {
        var end = line.endIndex
        var last: Character = " "
        for index in line.indices {
            if line[index] == "#", last == " " || last == "\t" {
                end = index
                break
            }
            last = line[index]
        }
        let blanks: Set<Character> = [" ", "\t"]
        let said = line[..<end].drop { blanks.contains($0) }
        return String(said.reversed().drop { blanks.contains($0) }.reversed())
    }
}
