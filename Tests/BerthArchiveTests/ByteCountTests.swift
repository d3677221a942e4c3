import BerthArchive
import Testing

struct ByteCountTests {
    @Test func `a sum stops at the largest number`() {
        let most = ByteCount(Int64.max)
        #expect(most + ByteCount(1) == most && most + most == most)
        #expect(ByteCount(2) + ByteCount(3) == ByteCount(5))
    }
}
