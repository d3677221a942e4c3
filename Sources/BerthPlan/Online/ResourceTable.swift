/// The resources of a queue by number, so that asking whether a job fits is a walk over a few integers.
struct ResourceTable: Sendable {
    /// Numbers are never given to another resource; slots have number 0.
    private(set) var resources: [Resource] = [.slots, .heavy]

    /// Far more than there is of anything, and little enough that sums don't overflow.
    private static let most = 1 << 53

    /// The amounts, none below zero, as a row by the resources' numbers, which may be shorter than the table.
    mutating func row(_ amounts: Amounts) -> ResourceRow {
        for resource in amounts.resources where !resources.contains(resource) { resources.append(resource) }
        return ResourceRow(values: resources.map { min(max(0, amounts[$0]), Self.most) })
    }
}

/// Amounts by the numbers of a table; what lies beyond its end is zero.
struct ResourceRow: Sendable, Hashable {
    private(set) var values: [Int]

    /// The number of a resource of which the other has too little; nil where all fits.
    ///
    /// Slots are named last: whoever lacks something else besides learns more from that.
    func lacking(in other: ResourceRow) -> Int? {
        for index in values.indices.dropFirst() where lacks(index, in: other) { return index }
        return lacks(0, in: other) ? 0 : nil
    }

    private func lacks(_ index: Int, in other: ResourceRow) -> Bool { self[index] > 0 && self[index] > other[index] }

    func fits(in other: ResourceRow) -> Bool { lacking(in: other) == nil }

    subscript(index: Int) -> Int { index < values.count ? values[index] : 0 }

    static func += (left: inout ResourceRow, right: ResourceRow) {
        left.extend(to: right.values.count)
        for index in right.values.indices { left.values[index] += right.values[index] }
    }

    static func -= (left: inout ResourceRow, right: ResourceRow) {
        left.extend(to: right.values.count)
        for index in right.values.indices { left.values[index] -= right.values[index] }
    }

    private mutating func extend(to count: Int) {
        while values.count < count { values.append(0) }
    }
}
