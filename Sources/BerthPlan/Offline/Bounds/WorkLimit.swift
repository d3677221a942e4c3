/// Something that all jobs share at every moment: the weights of the jobs that run add up to its capacity at most.
///
/// A resource is one; so is a set of jobs of which no two may overlap, with weights and capacity of one. Others follow from a
/// resource by dual feasible functions, which count large demands more (Fekete and Schepers, "New classes of fast lower
/// bounds for bin packing problems", Mathematical Programming 91, 2001; for RCPSP Carlier and Néron, EJOR 149, 2003).
struct WorkLimit: Hashable {
    var weights: ContiguousArray<Int>
    var capacity: Int

    /// All limits that are worth looking at, the resources first.
    static func all(of core: Core) -> [WorkLimit] {
        var limits: [WorkLimit] = []
        func add(_ limit: WorkLimit) {
            if limit.binds && !limits.contains(limit) { limits.append(limit) }
        }
        let resources = core.capacities.indices.map { resource($0, of: core) }
        for limit in resources { add(limit) }
        for limit in resources where limit.capacity > 0 {
            for parts in 1...3 { add(limit.counted(parts)) }
            for threshold in Set(limit.weights).sorted() where 0 < threshold && 2 * threshold <= limit.capacity {
                if limits.count < 40 { add(limit.rounded(threshold)) }
            }
        }
        return limits
    }

    private static func resource(_ resource: Int, of core: Core) -> WorkLimit {
        let capacity = core.capacities[resource]
        let shift = max(0, Int.bitWidth - capacity.leadingZeroBitCount - 16)
        let weights = (0..<core.count).map { core.demands[$0 * core.capacities.count + resource] >> shift }
        return WorkLimit(weights: ContiguousArray(weights), capacity: capacity >> shift)
    }

    /// Whether all jobs together could break it.
    private var binds: Bool { weights.reduce(0, +) > capacity }

    /// Of `parts + 1` equal parts of the capacity, how many each job reaches into, less one; `parts` of them fit.
    ///
    /// With one part: jobs above half of the capacity exclude each other.
    private func counted(_ parts: Int) -> WorkLimit {
        let counts = weights.map { $0 == 0 ? 0 : ((parts + 1) * $0 + capacity - 1) / capacity - 1 }
        return WorkLimit(weights: ContiguousArray(counts), capacity: parts)
    }

    /// Jobs that leave less than a threshold free count for all, those below the threshold for nothing.
    private func rounded(_ threshold: Int) -> WorkLimit {
        let rounded = weights.map { $0 > capacity - threshold ? capacity : $0 < threshold ? 0 : $0 }
        return WorkLimit(weights: ContiguousArray(rounded), capacity: capacity)
    }
}
