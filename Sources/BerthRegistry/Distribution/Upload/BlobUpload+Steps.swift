internal import BerthArchive
internal import NIOHTTP1

/// The requests of an upload, and what their answers mean for its course.
extension BlobUpload {
    mutating func ask(_ place: Address) async throws {
        let reply = try await client.exchange.reply(RegistryRequest(.GET, place))
        switch reply.status {
        case 200, 202, 204:
            let at = try reply["Location"].map { try place.next($0) }
            guard course.has(UploadCourse.received(reply["Range"]) ?? 0, at: at) else { throw Self.wrongCount(reply) }
        case 400, 404, 405, 501: course.restart()
        default: throw reply.fault
        }
    }

    mutating func send(_ place: Address, from offset: Int64, atMost most: Int64) async throws {
        let body: RequestBody
        do { body = try await source.piece(from: offset, atMost: most) } catch Fault.noResume {
            course.restart()
            throw Fault.noResume
        }
        let end = offset + body.count
        var request = RegistryRequest(.PATCH, place)
        request.headers = ["Content-Type": "application/octet-stream", "Content-Range": "\(offset)-\(end - 1)"]
        request.body = body
        let reply = try await exchanged(request)
        if Self.refusesPieces(reply), course.wantsAll() { return }
        switch reply.status {
        case 200, 201, 202, 204:
            let received = UploadCourse.received(reply["Range"]) ?? 0
            let at = try reply["Location"].map { try place.next($0) }
            guard course.took(upTo: received > 0 ? received : end, of: end, at: at) else {
                throw Self.wrongCount(reply)
            }
        case 400, 404, 405, 411, 415, 501:
            course.restart()
            throw Fault.trouble("the registry has dropped the upload (\(reply.problem ?? "\(reply.status)"))")
        case 416:
            course.broke()
            throw Fault.trouble("the registry has other bytes of it than was thought")
        default:
            course.broke()
            throw reply.fault
        }
    }

    mutating func close(_ place: Address, body: RequestBody?) async throws -> Bool {
        if body == nil {
            do { try await source.check() } catch let fault as Fault {
                _ = try? await client.exchange.reply(RegistryRequest(.DELETE, place))
                course.restart()
                throw fault
            }
        }
        var request = RegistryRequest(.PUT, place.adding(query: [("digest", "\(source.digest)")]))
        if body != nil { request.headers = ["Content-Type": "application/octet-stream"] }
        request.body = body
        request.patience = client.policy.completion
        course.closing()
        let reply = try await exchanged(request)
        switch reply.status {
        case 200, 201, 202, 204: break
        case 400 where BlobUpload.saysWrong(reply):
            course.restart()
            throw Fault.wrongContent("the registry did not take the blob (\(reply.problem ?? "400"))")
        case 404:
            course.restart()
            throw Fault.trouble("the registry has dropped the upload")
        default:
            course.broke()
            throw reply.fault
        }
        if let said = reply["Docker-Content-Digest"], said != "\(source.digest)" {
            course.restart()
            throw Fault.wrongContent("the registry made another digest of the blob than \(source.digest)")
        }
        if body != nil { try await source.check() }
        counter.add(source.size.value - counted)
        return true
    }

    /// A call after whose failure nobody knows what arrived.
    private mutating func exchanged(_ request: RegistryRequest) async throws -> RegistryReply {
        do { return try await client.exchange.reply(request) } catch {
            course.broke()
            throw error
        }
    }

    private static func wrongCount(_ reply: RegistryReply) -> Fault {
        .trouble("the registry says that it has bytes which nobody sent (\((reply["Range"] ?? "").prefix(60)))")
    }

    /// Whether the registry wants blobs in one request; a 404 means that it has lost this session.
    private static func refusesPieces(_ reply: RegistryReply) -> Bool {
        switch reply.status {
        case 405, 411, 415, 501: true
        case 400: reply.problem?.hasPrefix("UNSUPPORTED") == true
        default: false
        }
    }

    /// Whether a 400 means that other bytes arrived than were announced, which one more try may mend.
    private static func saysWrong(_ reply: RegistryReply) -> Bool {
        guard let problem = reply.problem else { return true }
        return ["DIGEST_INVALID", "SIZE_INVALID", "BLOB_UPLOAD_INVALID"].contains { problem.hasPrefix($0) }
    }
}
