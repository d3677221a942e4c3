import BerthArchive
import BerthSystem
import Synchronization
import Testing

@testable import BerthStore

/// Who makes room on a full disk, how often, and how much.
struct RoomOnDemandTests {
    private final class Asked: Sendable {
        let sizes = Mutex<[Int64]>([])
        /// How many of the askings free something.
        let good: Int

        init(good: Int) { self.good = good }

        func make(_ bytes: ByteCount) -> Bool {
            sizes.withLock { sizes in
                sizes.append(bytes.value)
                return sizes.count <= good
            }
        }
    }

    /// Fails so many times with a full disk.
    private final class Disk: Sendable {
        private let left: Mutex<Int>
        init(_ failures: Int) { left = Mutex(failures) }

        func write() throws -> String {
            let isFull = left.withLock { left in
                left -= 1
                return left >= 0
            }
            if isFull { throw BerthError(.noSpace, "full") }
            return "written"
        }
    }

    @Test func `each time more room is asked for, until nothing can be freed or it was often enough`() throws {
        let asked = Asked(good: 100)
        #expect(try RoomOnDemand(asked.make).retrying(ByteCount(100 << 20)) { try Disk(0).write() } == "written")
        #expect(asked.sizes.withLock { $0 } == [])
        let disk = Disk(3)
        let room = RoomOnDemand(asked.make)
        #expect(try room.retrying(ByteCount(100 << 20), disk.write) == "written")
        #expect(asked.sizes.withLock { $0 } == [100 << 20, 128 << 20, 256 << 20])
        #expect(throws: BerthError.self) { try room.retrying(ByteCount(0), Disk(100).write) }
        #expect(asked.sizes.withLock { $0.count } == 6)
        let hopeless = Asked(good: 0)
        #expect(throws: BerthError.self) { try RoomOnDemand(hopeless.make).retrying(ByteCount(0), Disk(2).write) }
        #expect(hopeless.sizes.withLock { $0.count } == 1)
        #expect(throws: BerthError.self) { try RoomOnDemand(nil).retrying(ByteCount(0), Disk(1).write) }
    }

    @Test func `another failure is nobody's to mend`() throws {
        let asked = Asked(good: 100)
        #expect(throws: BerthError.self) {
            try RoomOnDemand(asked.make).retrying(ByteCount(0)) { throw BerthError(.failed, "no") }
        }
        #expect(asked.sizes.withLock { $0 } == [])
    }
}
