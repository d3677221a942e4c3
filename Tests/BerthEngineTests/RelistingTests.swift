import BerthSystem
import Testing

@testable import BerthEngine

/// Listings of images that go meanwhile.
struct RelistingTests {
    @Test func `a listing that an image left is asked for again, five times at most`() async throws {
        var asked = 0
        let found = try await Relisting.read(whereGone: { $0.what == "gone" }) {
            asked += 1
            if asked < 3 { throw BerthError(.failed, "gone") }
            return asked
        }
        #expect(found == 3)
        asked = 0
        await #expect(throws: BerthError.self) {
            try await Relisting.read(whereGone: { $0.what == "gone" }) {
                asked += 1
                throw BerthError(.failed, "gone")
            }
        }
        #expect(asked == 5)
    }

    @Test func `any other error is the caller's at once`() async throws {
        var asked = 0
        await #expect(throws: BerthError.self) {
            try await Relisting.read(whereGone: { $0.what == "gone" }) {
                asked += 1
                throw BerthError(.failed, "the engine is away")
            }
        }
        #expect(asked == 1)
    }
}
