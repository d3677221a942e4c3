/// The order of names that npm sorts by (`localeCompare` in English), on which the shape of a tree depends.
enum NpmOrder {
    /// Punctuation comes before digits, digits before letters.
    private static let punctuation = Array("_-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$".utf8)

    private static func rank(_ unit: UInt8) -> Int {
        if let index = punctuation.firstIndex(of: unit) { return index }
        let isUpper = (0x41...0x5A).contains(unit)
        return 0x100 + Int(isUpper ? unit + 0x20 : unit)
    }

    /// Letters first without regard to case; then small before capital.
    static func precedes(_ left: String, _ right: String) -> Bool {
        let (one, other) = (left.utf8.map(rank), right.utf8.map(rank))
        if one != other { return one.lexicographicallyPrecedes(other) }
        return right.utf8.lexicographicallyPrecedes(left.utf8)
    }
}
