/// A problem in Patterson's format: the counts of jobs and resources, the capacities, and for each job its duration, its
/// demands, the number of its successors and their numbers from one.
///
/// Numbers are separated by white space; line ends mean nothing. Sources: Patterson, Management Science 30 (1984); the
/// `.rcp` files of PSPLIB and RanGen.
package enum PattersonFile {
    /// Reads the text of a file.
    ///
    /// - Throws: `PlanFault` with the line where the text stops to make sense, or with all faults of the problem it says.
    package static func read(_ text: String) throws(PlanFault) -> Problem {
        var numbers = Numbers(text)
        let count = try numbers.next("the number of jobs", in: 1...Problem.largestCount)
        let kinds = try numbers.next("the number of resources", in: 0...64)
        var capacities: [Int] = []
        for index in 0..<kinds { capacities.append(try numbers.next("the capacity of resource \(index + 1)")) }
        var durations: [Int] = []
        var demands: [[Int]] = []
        var predecessors = [[Int]](repeating: [], count: count)
        for job in 0..<count {
            durations.append(try numbers.next("the duration of job \(job + 1)", in: 0...Problem.longestTime))
            var row: [Int] = []
            for index in 0..<kinds {
                row.append(try numbers.next("what job \(job + 1) needs of resource \(index + 1)"))
            }
            demands.append(row)
            for _ in 0..<(try numbers.next("the number of successors of job \(job + 1)", in: 0...count)) {
                predecessors[try numbers.next("a successor of job \(job + 1)", in: 1...count) - 1].append(job)
            }
        }
        try numbers.end()
        return try Problem(durations: durations, demands: demands, capacities: capacities, predecessors: predecessors)
    }
}

/// The numbers of a text, one after the other, with their lines.
private struct Numbers {
    private var words: [(line: Int, text: Substring)] = []
    private var position = 0

    init(_ text: String) {
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            for word in line.split(whereSeparator: { $0.isWhitespace || $0 == "\u{FEFF}" }) {
                words.append((index + 1, word))
            }
        }
    }

    mutating func next(_ what: String, in bounds: ClosedRange<Int> = 0...(Int.max >> 1)) throws(PlanFault) -> Int {
        guard position < words.count else {
            throw PlanFault([.line(max(1, words.last?.line ?? 1), "the file ends where \(what) should be")])
        }
        let (line, text) = words[position]
        guard let number = Int(text) else {
            throw PlanFault([.line(line, "\"\(text.prefix(20))\" is not a number; here is \(what)")])
        }
        guard bounds.contains(number) else {
            throw PlanFault([
                .line(line, "\(what) is \(number); it lies between \(bounds.lowerBound) and \(bounds.upperBound)")
            ])
        }
        position += 1
        return number
    }

    func end() throws(PlanFault) {
        guard position == words.count else {
            let what = "more numbers than the file's counts say; check the first line"
            throw PlanFault([.line(words[position].line, what)])
        }
    }
}
