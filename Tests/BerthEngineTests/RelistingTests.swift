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

    /// As engines said it.
    @Test(arguments: [
        ("rpc error: code = NotFound desc = content digest sha256:cbd2: not found", true),
        ("reading image \"cbd2\": locating image with ID \"cbd2\": image not known", true),
        ("write /var/lib/containers/storage: no space left on device", false),
    ])
    func `an image that went is told from other trouble`(_ words: String, _ isGone: Bool) {
        #expect(Relisting.lostImage(BerthError(.failed, "the container engine refused: \(words)")) == isGone)
    }
}
