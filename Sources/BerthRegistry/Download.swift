internal import AsyncHTTPClient
internal import BerthArchive
internal import BerthStore
internal import BerthSystem
internal import NIOCore
internal import NIOHTTP1
internal import Synchronization

/// The transfer of one file: its tries, each going on where the one before broke.
final class Download: Sendable {
    /// Bytes gathered before they go to the disk in one piece.
    private static let piece = 1 << 19

    private let file: WantedFile
    private let exchange: Exchange
    private let progress: FetchProgress
    private let partial: PartialBlob
    /// What the server called the bytes that are here (ETag or Last-Modified), and which server that was.
    private let validator = Mutex<(address: Address, value: String)?>(nil)
    /// How many bytes the file has by the answer that is being read.
    private let announced = Mutex<Int64?>(nil)

    private let end: SuspendingClock.Instant

    private init(_ file: WantedFile, _ exchange: Exchange, _ progress: FetchProgress, _ partial: PartialBlob) {
        self.file = file
        self.exchange = exchange
        self.progress = progress
        self.partial = partial
        end = SuspendingClock.now + exchange.policy.total
    }

    /// Fetches a file into the store; nil when no address serves it.
    static func run(
        _ file: WantedFile, into session: IngestSession, exchange: Exchange, progress: FetchProgress, gate: Gate
    ) async throws -> FetchedFile? {
        let partial = try await offload { try PartialBlob(file, in: session) }
        progress.move(by: partial.written)
        do {
            let stored = try await Download(file, exchange, progress, partial).run(gate)
            if stored == nil { try await offload { partial.discard() } }
            return stored
        } catch {
            if partial.written == 0 || file.size == nil { try await offload { partial.discard() } }
            throw error
        }
    }

    private func run(_ gate: Gate) async throws -> FetchedFile? {
        let policy = exchange.policy
        var route = Route(file.addresses, policy: policy)
        while let address = route.next {
            let before = partial.written
            do {
                return try await gate.passing { try await attempt(address) }
            } catch let fault as Fault {
                let progressed = partial.written - before >= policy.trickle.value
                let wait = route.note(fault, progressed: progressed)
                guard SuspendingClock.now + wait < end else { break }
                guard route.next != nil else { continue }
                progress.retry(file.name, fault, at: address, wait: wait)
                try await Task.sleep(for: wait)
            }
        }
        if route.isMissing { return nil }
        throw route.failure(of: file.name, expected: file.promise)
    }

    private func attempt(_ address: Address) async throws -> FetchedFile {
        guard !partial.isComplete else { return try await finish(resumed: true) }
        if address.scheme == .file { return try await copy(address) }
        return try await Heartbeat.watching(exchange.policy, until: end) { [self] heart in
            try await transfer(address, heart)
        }
    }

    /// A local file, from where we are on.
    private func copy(_ address: Address) async throws -> FetchedFile {
        let resumed = partial.written > 0
        let local = try await offload { [self] in try LocalFile(address, size: file.size) }
        guard local.size <= file.limit.value else { throw file.overflow }
        while partial.written < local.size {
            try Task.checkCancellation()
            try await offload { [self] in
                let bytes = try local.read(from: partial.written, count: Self.piece)
                guard !bytes.isEmpty else { throw Fault.trouble("the transfer ended after \(partial.written) bytes") }
                try append(bytes)
            }
        }
        return try await finish(resumed: resumed)
    }

    private func transfer(_ address: Address, _ heart: Heartbeat) async throws -> FetchedFile {
        let response = try await answer(address, heart)
        try await settle(response, from: address)
        var body = ArrivingBody(
            room: file.limit.value - partial.written, atStart: partial.written == 0, isPage: response.isPage,
            overflow: file.overflow)
        do {
            try await response.pieces(heart) { piece in
                try body.take(piece)
                if body.waiting.count >= Self.piece { try await heart.resting { try await write(&body) } }
            }
        } catch {
            try await heart.resting { try await keep(&body, after: error) }
            throw error
        }
        if body.isPage, body.room > 0 { throw Fault.page }
        try await heart.resting { try await write(&body) }
        guard partial.written == (file.size?.value ?? announced.withLock { $0 } ?? partial.written) else {
            throw Fault.trouble("the transfer ended after \(partial.written) bytes")
        }
        let resumed = response.status == .partialContent
        let isPage = body.isPage
        return try await heart.resting { try await finish(resumed: resumed, isPage: isPage) }
    }

    /// The answer's head; a server that has nothing behind what is here already is asked for all of it.
    private func answer(_ address: Address, _ heart: Heartbeat) async throws -> HTTPClientResponse {
        do { return try await exchange.get(address, headers: headers(for: address), heart: heart) } catch Fault.noResume
        {
            try await restart()
            throw Fault.noResume
        }
    }

    /// What came before a connection broke, or before the user did, is good (or the hash will tell); all else goes.
    private func keep(_ body: inout ArrivingBody, after error: any Error) async throws {
        switch error {
        case Fault.trouble where !body.isPage: try await write(&body)
        case is CancellationError where !body.isPage: try await write(&body)
        case is Fault, is CancellationError: try await restart()
        default: break
        }
    }

    private func headers(for address: Address) -> HTTPHeaders {
        guard partial.written > 0 else { return [:] }
        var headers: HTTPHeaders = ["Range": "bytes=\(partial.written)-"]
        if let known = validator.withLock({ $0 }), known.address == address {
            headers.add(name: "If-Range", value: known.value)
        }
        return headers
    }

    /// Brings what we have and what the server is about to send into step, or throws.
    private func settle(_ response: HTTPClientResponse, from address: Address) async throws {
        if file.size == nil, response.isPage { throw Fault.page }
        var start: Int64 = 0
        if response.status == .partialContent {
            guard let range = ContentRange(response.headers.first(name: "Content-Range")),
                range.first == partial.written
            else {
                try await restart()
                throw Fault.noResume
            }
            if let total = range.total, let size = file.size, total != size.value { throw Fault.otherSize(got: total) }
            start = range.first
        }
        let total = response.length.map { (ByteCount(start) + ByteCount($0)).value }
        if let total, let size = file.size, total != size.value {
            throw response.isPage ? Fault.page : Fault.otherSize(got: total)
        }
        if let total, total > file.limit.value { throw file.overflow }
        announced.withLock { $0 = total }
        if response.status != .partialContent { try await restart() }
        let tag = response.headers.first(name: "ETag").flatMap { $0.hasPrefix("W/") ? nil : $0 }
        let value = tag ?? response.headers.first(name: "Last-Modified")
        validator.withLock { $0 = value.map { (address, $0) } }
    }

    private func restart() async throws {
        guard partial.written > 0 else { return }
        progress.move(by: -partial.written)
        try await offload { [self] in try partial.restart() }
    }

    private func write(_ body: inout ArrivingBody) async throws {
        let bytes = body.waiting
        guard !bytes.isEmpty else { return }
        body.waiting = []
        try await offload { [self] in try append(bytes) }
    }

    private func append(_ bytes: [UInt8]) throws {
        try partial.append(bytes)
        progress.move(by: Int64(bytes.count))
    }

    private func finish(resumed: Bool, isPage: Bool = false) async throws -> FetchedFile {
        let count = partial.written
        do { return try await offload { [self] in try partial.finish() } } catch let fault as Fault {
            progress.move(by: -count)
            // Bytes of two transfers: the blame may be the earlier server's, so this one is asked for all of them.
            if resumed { throw Fault.noResume }
            throw isPage ? .page : fault
        }
    }
}
