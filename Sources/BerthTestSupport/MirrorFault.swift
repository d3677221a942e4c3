/// What a `Mirror` does wrong on request.
package enum MirrorFault: Sendable, Equatable {
    /// Promises the whole body and closes the connection after so many bytes of it.
    case drop(after: Int)
    /// Answers with a status, and a Retry-After header where one is given.
    case status(Int, retryAfter: String? = nil)
    /// Answers 200 with a web page.
    case page
    /// Answers 200 with a web page that calls itself a plain file, without a length.
    case disguisedPage
    /// Sends as many bytes as promised, the last one changed.
    case wrongBytes
    /// Sends only so many bytes, and promises no more.
    case truncate(to: Int)
    /// Sends the right bytes and then some, without a length.
    case overlong
    /// Sends so many bytes and then nothing more; the connection stays open.
    case stall(after: Int)
    /// Redirects: to itself, where the target is the requested path.
    case redirect(to: String)
    /// Answers a Range request with the whole file.
    case ignoreRange
    /// Answers a Range request with a range that begins elsewhere.
    case wrongRange
    /// Sends pieces of so many bytes with a pause before each.
    case slow(piece: Int, pause: Duration)
    /// Sends the body without a length, in chunks.
    case unsized
    /// Answers 401 unless the request's Authorization header is this.
    case login(String)
    /// Says that the body is compressed.
    case encoded(String)
}

/// A request that a `Mirror` has seen.
package struct MirrorRequest: Sendable, Equatable {
    package let method: String
    /// The decoded path, without the query.
    package let path: String
    /// The request's target as it was sent.
    package let target: String
    package let headers: [String: String]

    /// A header by its name in lower case.
    package subscript(name: String) -> String? { headers[name] }
}
