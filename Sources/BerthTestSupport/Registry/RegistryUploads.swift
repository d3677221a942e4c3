internal import BerthArchive
internal import Foundation

/// Upload sessions of a `RegistryDouble`.
extension RegistryHandler {
    func uploads(
        _ state: inout RegistryState, _ repository: String, _ id: String, _ fault: RegistryFault?
    ) -> RegistryAnswer {
        if request.call.method == "POST", id.isEmpty { return begin(&state, repository) }
        guard var upload = state.uploads[id], upload.repository == repository,
            request.field("_state") == "\(upload.turn)"
        else { return .problem(404, "BLOB_UPLOAD_UNKNOWN") }
        if case .wrongRange = fault { return standing(upload, id, 416) }
        switch request.call.method {
        case "PATCH":
            let answer = piece(&upload, id, isLost: fault?.losesAnswer == true)
            state.uploads[id] = upload
            return answer
        case "PUT": return close(&state, upload, id)
        case "GET": return standing(upload, id, 204)
        case "DELETE":
            state.uploads[id] = nil
            return RegistryAnswer(204)
        default: return .problem(405, "UNSUPPORTED")
        }
    }

    private func begin(_ state: inout RegistryState, _ repository: String) -> RegistryAnswer {
        if let digest = request.field("mount"), let from = request.field("from"), double.manners.mounts,
            let bytes = state.blobs[from]?[digest]
        {
            state.blobs[repository, default: [:]][digest] = bytes
            return RegistryAnswer(
                201, ["Location": "/v2/\(repository)/blobs/\(digest)", "Docker-Content-Digest": digest])
        }
        let id = "upload-\(state.number())"
        let upload = RegistryState.Upload(repository: repository)
        state.uploads[id] = upload
        var answer = standing(upload, id, 202)
        answer.headers["OCI-Chunk-Min-Length"] = double.manners.leastPiece.map { "\($0)" }
        return answer
    }

    private func piece(_ upload: inout RegistryState.Upload, _ id: String, isLost: Bool) -> RegistryAnswer {
        if double.manners.isMonolithic { return .problem(405, "UNSUPPORTED") }
        let range = (request.call["content-range"] ?? "").split(separator: "-").compactMap { Int($0) }
        guard range.count == 2, range[0] == upload.bytes.count else { return standing(upload, id, 416) }
        if let least = double.manners.leastPiece, let last = upload.lastPiece, last < least {
            return .problem(400, "SIZE_INVALID")
        }
        upload.bytes += request.body.prefix(double.manners.mostTaken ?? .max)
        upload.lastPiece = request.body.count
        // A client that got no answer knows only the session's old address.
        if !isLost { upload.turn += 1 }
        return standing(upload, id, 202)
    }

    private func close(_ state: inout RegistryState, _ upload: RegistryState.Upload, _ id: String) -> RegistryAnswer {
        let bytes = upload.bytes + request.body
        guard let digest = request.field("digest"), "\(Digest.of(bytes))" == digest else {
            state.uploads[id] = nil
            return .problem(400, "DIGEST_INVALID")
        }
        state.uploads[id] = nil
        state.blobs[upload.repository, default: [:]][digest] = bytes
        return RegistryAnswer(
            201, ["Location": "/v2/\(upload.repository)/blobs/\(digest)", "Docker-Content-Digest": digest])
    }

    /// Where the session goes on, and how far it has come.
    private func standing(_ upload: RegistryState.Upload, _ id: String, _ status: Int) -> RegistryAnswer {
        let base = double.manners.absoluteLocations ? "http://127.0.0.1:\(double.port)" : ""
        return RegistryAnswer(
            status,
            [
                "Location": "\(base)/v2/\(upload.repository)/blobs/uploads/\(id)?_state=\(upload.turn)",
                "Range": "0-\(max(0, upload.bytes.count - 1))",
            ])
    }
}
