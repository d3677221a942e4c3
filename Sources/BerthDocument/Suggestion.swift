/// The nearest known word to one that is not known.
package enum Suggestion {
    /// "did you mean …?" with a leading comma, or nothing when no word is near.
    package static func text(for word: String, among known: [String]) -> String {
        guard let near = nearest(to: word, among: known) else { return "" }
        return "; did you mean \"\(near)\"?"
    }

    /// The known word with the fewest edits, at most a third of its letters apart.
    package static func nearest(to word: String, among known: [String]) -> String? {
        // Longer words than any key are noise, and the comparison takes quadratic time.
        guard word.utf8.count <= 64 else { return nil }
        let lowered = word.lowercased()
        let near = known.map {
            (word: $0, edits: edits(Array(lowered.unicodeScalars), Array($0.lowercased().unicodeScalars)))
        }
        .filter { $0.edits <= $0.word.count / 3 }
        return near.min { ($0.edits, $0.word) < ($1.edits, $1.word) }?.word
    }

    /// Edit distance with neighbouring letters swapped as one edit (optimal string alignment).
    private static func edits(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
        var older: [Int] = []
        var last = Array(0...right.count)
        for row in 0..<left.count {
            var next = [row + 1]
            for column in 0..<right.count {
                let same = left[row] == right[column]
                var best = min(last[column] + (same ? 0 : 1), last[column + 1] + 1, next[column] + 1)
                if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                    best = min(best, older[column - 1] + 1)
                }
                next.append(best)
            }
            (older, last) = (last, next)
        }
        return last[right.count]
    }
}
