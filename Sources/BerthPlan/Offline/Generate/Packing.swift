/// Demands and capacities side by side in machine words, so that one subtraction says whether a job fits.
///
/// Each resource has as many bits as its capacity needs, divided by what all its amounts have in common, and one guard bit
/// above them. With all guards set in what is free, subtracting a demand borrows no further than to the guard of the same
/// resource: the job fits where all guards are still set. Jobs on two slots need one word.
struct Packing: Sendable {
    /// Words for each job.
    let words: Int
    /// `words` words with all guard bits set.
    let guards: ContiguousArray<UInt64>
    /// All capacities, with guards.
    let full: ContiguousArray<UInt64>
    /// `words` words for each job.
    let demands: ContiguousArray<UInt64>

    init(demands rows: [[Int]], capacities: [Int]) {
        var (guards, full) = (ContiguousArray<UInt64>([0]), ContiguousArray<UInt64>([0]))
        var places: [(resource: Int, word: Int, shift: Int, unit: Int)] = []
        var used = 0
        for (resource, capacity) in capacities.enumerated() {
            let unit = rows.reduce(capacity) { Self.commonDivisor($0, $1[resource]) }
            // What nobody needs takes no bits.
            guard unit > 0, rows.contains(where: { $0[resource] > 0 }) else { continue }
            let bits = Int.bitWidth - (capacity / unit).leadingZeroBitCount
            if used + bits + 1 > UInt64.bitWidth {
                guards.append(0)
                full.append(0)
                used = 0
            }
            places.append((resource, guards.count - 1, used, unit))
            guards[guards.count - 1] |= 1 << UInt64(used + bits)
            full[full.count - 1] |= UInt64(capacity / unit) << UInt64(used)
            used += bits + 1
        }
        for word in full.indices { full[word] |= guards[word] }
        var demands = ContiguousArray<UInt64>(repeating: 0, count: rows.count * guards.count)
        for (job, row) in rows.enumerated() {
            for place in places {
                let amount = UInt64(row[place.resource] / place.unit)
                demands[job * guards.count + place.word] |= amount << UInt64(place.shift)
            }
        }
        (words, self.guards, self.full, self.demands) = (guards.count, guards, full, demands)
    }

    private static func commonDivisor(_ left: Int, _ right: Int) -> Int {
        var (left, right) = (left, right)
        while right != 0 { (left, right) = (right, left % right) }
        return left
    }
}
