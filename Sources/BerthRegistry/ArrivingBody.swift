internal import NIOCore

/// What of an answer's body waits to be written, never more than the file has left.
struct ArrivingBody {
    var waiting: [UInt8] = []
    private(set) var room: Int64
    private(set) var isPage: Bool
    private var isFirst: Bool
    private let overflow: Fault

    /// `overflow` is what the server gets for sending more than there is room for.
    init(room: Int64, atStart: Bool, isPage: Bool, overflow: Fault) {
        self.room = room
        self.overflow = overflow
        self.isPage = isPage
        isFirst = atStart
    }

    /// Adds a piece; throws as soon as the server sends more than was promised.
    mutating func take(_ piece: ByteBuffer) throws {
        if isFirst, piece.readableBytes > 0 {
            isPage = isPage || ArrivingBody.opensPage(piece)
            isFirst = false
        }
        guard piece.readableBytes <= room else {
            throw isPage ? Fault.page : overflow
        }
        room -= Int64(piece.readableBytes)
        waiting += piece.readableBytesView
    }

    /// Whether bytes begin as web pages do, whatever the server calls them.
    private static func opensPage(_ piece: ByteBuffer) -> Bool {
        let opening = String(decoding: piece.readableBytesView.prefix(64), as: UTF8.self)
            .drop { $0.isWhitespace }.lowercased()
        return opening.hasPrefix("<!doctype html") || opening.hasPrefix("<html")
    }
}
