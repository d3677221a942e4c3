internal import BerthArchive
internal import BerthReport
internal import NIOHTTP1

/// How a blob came to be in a repository.
package enum BlobArrival: Sendable, Hashable {
    /// It was there.
    case found
    /// The registry took it over from another of its repositories.
    case mounted
    case uploaded
}

/// Brings one blob into a repository: looked for, taken over, or sent in pieces that go on where they broke.
struct BlobUpload {
    let client: RegistryClient
    let source: any UploadSource
    /// Repositories of the same registry that may have it.
    private let elsewhere: [Repository]
    let counter: TransferCounter
    var course: UploadCourse
    private(set) var counted: Int64 = 0

    init(_ source: any UploadSource, to client: RegistryClient, elsewhere: [Repository], counter: TransferCounter) {
        self.client = client
        self.source = source
        self.elsewhere = elsewhere.filter { $0.host == client.repository.host && $0 != client.repository }
        self.counter = counter
        course = UploadCourse(size: source.size.value, piece: source.usual)
    }

    mutating func run() async throws -> BlobArrival {
        if try await client.hasBlob(source.digest, size: source.size) {
            counter.add(source.size.value)
            return .found
        }
        for other in elsewhere where try await mount(from: other) {
            counter.add(source.size.value)
            return .mounted
        }
        var tries = RetryCourse("blob \(source.digest.short)", at: uploads, in: client)
        // Never less: whoever lets us begin anew again and again brings nothing.
        var farthest: Int64 = 0
        while true {
            do {
                while true {
                    try tries.checkTime()
                    if try await step() { return .uploaded }
                    count()
                }
            } catch let fault as Fault {
                count()
                try await tries.rest(after: fault, progressed: course.offset > farthest)
                farthest = max(farthest, course.offset)
                // The answer was lost, not the blob.
                if course.hasClosed, try await client.hasBlob(source.digest, size: source.size) {
                    counter.add(source.size.value - counted)
                    return .uploaded
                }
            }
        }
    }

    private var uploads: Address { client.address("blobs/uploads/") }

    private mutating func count() {
        counter.add(course.offset - counted)
        counted = course.offset
    }

    /// True where the registry took it over; a session that it began instead is used.
    private mutating func mount(from other: Repository) async throws -> Bool {
        guard case .begin = course.next else { return false }
        let address = uploads.adding(query: [("mount", "\(source.digest)"), ("from", other.path)])
        let reply = try await client.trying("blob \(source.digest.short)", at: uploads) {
            let reply = try await client.exchange.reply(RegistryRequest(.POST, address))
            if reply.status >= 500 || reply.status == 429 { throw reply.fault }
            return reply
        }
        if reply.status == 201 { return true }
        // Refused, or not known there: it is sent as if nobody had asked.
        if reply.status == 202 { try? began(reply) }
        return false
    }

    private mutating func began(_ reply: RegistryReply) throws {
        let least = reply["OCI-Chunk-Min-Length"].flatMap { Int64($0) }
        if let least, least > source.largest {
            throw Fault.unusable("the registry wants pieces of \(least) bytes or more")
        }
        course.began(at: try uploads.next(reply["Location"]), least: least)
    }

    /// One request; true once the blob is there.
    private mutating func step() async throws -> Bool {
        switch course.next {
        case .begin:
            let reply = try await client.exchange.reply(RegistryRequest(.POST, uploads))
            try reply.expect(202)
            try began(reply)
        case .ask(let place): try await ask(place)
        case .send(let place, let offset, let most): try await send(place, from: offset, atMost: most)
        case .sendAll(let place):
            guard source.size.value <= source.largest else {
                throw Fault.unusable("this registry takes no pieces: pull the image, then push it from the store")
            }
            let body = try await source.piece(from: 0, atMost: source.size.value)
            return try await close(place, body: body)
        case .close(let place): return try await close(place, body: nil)
        }
        return false
    }
}
