import Testing

@testable import BerthRegistry

@Suite struct UploadCourseTests {
    private let place: Address
    private let other: Address

    init() throws {
        place = try Address("http://127.0.0.1:1/v2/x/blobs/uploads/1?_state=a")
        other = try Address("http://127.0.0.1:1/v2/x/blobs/uploads/1?_state=b")
    }

    @Test func `pieces follow each other, each at the newest address`() {
        var course = UploadCourse(size: 25, piece: 10)
        #expect(course.next == .begin)
        course.began(at: place, least: nil)
        #expect(course.next == .send(place, from: 0, atMost: 10))
        let took10 = course.took(upTo: 10, of: 10, at: other)
        #expect(took10)
        #expect(course.next == .send(other, from: 10, atMost: 10))
        let took25 = course.took(upTo: 25, of: 25, at: nil)
        #expect(took25)
        #expect(course.next == .close(other))
    }

    @Test func `a registry that wants longer pieces gets them, and an empty blob has none`() {
        var course = UploadCourse(size: 100, piece: 10)
        course.began(at: place, least: 64)
        #expect(course.next == .send(place, from: 0, atMost: 64))
        var empty = UploadCourse(size: 0, piece: 10)
        empty.began(at: place, least: nil)
        #expect(empty.next == .close(place))
    }

    @Test func `after a break the registry is asked, and what it has is not sent again`() {
        var course = UploadCourse(size: 25, piece: 10)
        course.began(at: place, least: nil)
        course.broke()
        #expect(course.next == .ask(place))
        let isKnown = course.has(7, at: other)
        #expect(isKnown)
        #expect(course.next == .send(other, from: 7, atMost: 10))
        course.broke()
        let isPossible = course.has(99, at: nil)
        #expect(!isPossible && course.next == .begin)
    }

    @Test(arguments: [0, 3, 11, .max] as [Int64])
    func `who takes nothing, or more than was sent, gets all from the beginning`(end: Int64) {
        var course = UploadCourse(size: 25, piece: 7)
        course.began(at: place, least: .max)
        #expect(course.next == .send(place, from: 0, atMost: 25))
        let isPart = course.took(upTo: 3, of: 10, at: nil)
        #expect(isPart)
        let isPossible = course.took(upTo: end, of: 10, at: other)
        #expect(!isPossible && course.next == .begin && course.offset == 0)
    }

    @Test func `where no pieces are taken all is sent at once, from the beginning after a break`() {
        var course = UploadCourse(size: 25, piece: 10)
        course.began(at: place, least: nil)
        #expect(course.wantsAll() == true)
        #expect(course.next == .begin)
        course.began(at: other, least: nil)
        #expect(course.next == .sendAll(other))
        course.broke()
        #expect(course.next == .begin)
        #expect(course.wantsAll() == false)
    }

    @Test(arguments: [
        ("0-9", 10), ("bytes=0-9", 10), ("0-0", 0), ("", nil), ("x", nil), ("0--5", 6), ("0-9223372036854775807", .max),
    ])
    func `the Range header says how much is there`(text: String, count: Int64?) {
        #expect(UploadCourse.received(text) == count)
    }
}
