/// What was free from each moment on, up to the next.
struct FreeHistory {
    private(set) var times: ContiguousArray<Int> = []
    private(set) var free: ContiguousArray<UInt64> = []

    var count: Int { times.count }

    mutating func push(from time: Int, free: UInt64) {
        times.append(time)
        self.free.append(free)
    }

    mutating func cut(to count: Int) {
        times.removeLast(times.count - count)
        free.removeLast(free.count - count)
    }
}
