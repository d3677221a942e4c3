/// Where an upload stands and what to do next: decides, and does nothing itself (distribution-spec, "Pushing Blobs").
struct UploadCourse: Sendable {
    enum Step: Equatable {
        /// POST: begin a session.
        case begin
        /// GET: ask how far the registry has come.
        case ask(Address)
        /// PATCH: send bytes from an offset on, at most so many.
        case send(Address, from: Int64, atMost: Int64)
        /// PUT with all bytes, where a registry takes no pieces.
        case sendAll(Address)
        /// PUT without bytes: all are there.
        case close(Address)
    }

    private let size: Int64
    private var piece: Int64
    private var place: Address?
    /// Bytes that the registry has.
    private(set) var offset: Int64 = 0
    private var isUncertain = false
    private var takesPieces = true
    /// Whether the end was asked for: a session that is gone then may have ended well.
    private(set) var hasClosed = false

    init(size: Int64, piece: Int64) {
        self.size = size
        self.piece = max(1, piece)
    }

    var next: Step {
        guard let place else { return .begin }
        if !takesPieces { return .sendAll(place) }
        if isUncertain { return .ask(place) }
        return offset < size ? .send(place, from: offset, atMost: min(piece, size - offset)) : .close(place)
    }

    /// A session has begun; the registry wants at least so many bytes in each piece but the last.
    mutating func began(at address: Address, least: Int64?) {
        place = address
        offset = 0
        isUncertain = false
        piece = max(piece, least ?? 0)
    }

    /// The registry has taken bytes up to `end` of a piece that ended at `sent`; false where that can't be, and all
    /// begins anew.
    mutating func took(upTo end: Int64, of sent: Int64, at address: Address?) -> Bool {
        end > offset && end <= sent ? stands(at: end, address) : restarted()
    }

    /// The registry says how many bytes it has; false where that can't be, and all begins anew.
    mutating func has(_ count: Int64, at address: Address?) -> Bool {
        count <= size ? stands(at: count, address) : restarted()
    }

    private mutating func stands(at end: Int64, _ address: Address?) -> Bool {
        place = address ?? place
        isUncertain = false
        offset = end
        return true
    }

    private mutating func restarted() -> Bool {
        restart()
        return false
    }

    /// A request broke: what of it arrived, only the registry knows.
    mutating func broke() {
        isUncertain = true
        if !takesPieces { restart() }
    }

    mutating func closing() { hasClosed = true }

    /// The session is of no use any more.
    mutating func restart() {
        place = nil
        offset = 0
        isUncertain = false
    }

    /// The registry wants the blob in one request, if that was its first piece; false where it has taken pieces before.
    mutating func wantsAll() -> Bool {
        guard takesPieces, offset == 0 else { return false }
        takesPieces = false
        restart()
        return true
    }

    /// How many bytes the registry has, by its Range header: `0-1233`, also `bytes=0-1233`.
    ///
    /// `0-0` is what many send for none.
    static func received(_ range: String?) -> Int64? {
        guard let last = range?.split(separator: "-").last.flatMap({ Int64($0) }), last >= 0 else { return nil }
        return last == 0 ? 0 : last == .max ? last : last + 1
    }
}
