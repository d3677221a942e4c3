internal import BerthArchive
internal import Foundation

/// What a `RegistryDouble` does with a request that was let in.
struct RegistryHandler {
    let double: (port: Int, manners: RegistryManners)
    let request: RegistryCallReader

    func handle(_ state: inout RegistryState, _ fault: RegistryFault?) -> RegistryAnswer {
        let path = request.call.path
        if path == "/token" { return token(&state) }
        if path == "/v2/" { return RegistryAnswer(200) }
        guard path.hasPrefix("/v2/") else { return .problem(404, "NAME_UNKNOWN") }
        let rest = path.dropFirst(4)
        for (mark, work) in [
            ("/blobs/uploads/", uploads), ("/blobs/", blobs), ("/manifests/", manifests), ("/tags/list", tags),
            ("/referrers/", referrers),
        ] as [(String, (inout RegistryState, String, String, RegistryFault?) -> RegistryAnswer)] {
            guard let range = rest.range(of: mark) else { continue }
            return work(&state, String(rest[..<range.lowerBound]), String(rest[range.upperBound...]), fault)
        }
        return .problem(404, "NAME_UNKNOWN")
    }

    private func blobs(
        _ state: inout RegistryState, _ repository: String, _ digest: String, _ fault: RegistryFault?
    ) -> RegistryAnswer {
        guard let bytes = state.blobs[repository]?[digest] else { return .problem(404, "BLOB_UNKNOWN") }
        let headers = ["Docker-Content-Digest": digest, "Content-Type": "application/octet-stream"]
        if request.call.method == "HEAD" {
            return RegistryAnswer(200, headers.merging(["Content-Length": "\(bytes.count)"]) { $1 })
        }
        if case .ignoreRange = fault { return RegistryAnswer(200, headers, bytes) }
        guard let range = request.call["range"]?.dropFirst("bytes=".count).split(separator: "-"),
            let first = range.first.flatMap({ Int($0) }), first < bytes.count
        else { return RegistryAnswer(200, headers, bytes) }
        let last = range.count > 1 ? min(Int(range[1]) ?? bytes.count - 1, bytes.count - 1) : bytes.count - 1
        let partial = ["Content-Range": "bytes \(first)-\(last)/\(bytes.count)"]
        return RegistryAnswer(206, headers.merging(partial) { $1 }, Array(bytes[first...last]))
    }

    private func manifests(
        _ state: inout RegistryState, _ repository: String, _ name: String, _ fault: RegistryFault?
    ) -> RegistryAnswer {
        if request.call.method == "PUT" { return take(&state, repository, name) }
        guard let found = state.manifests[repository]?[name] else { return .problem(404, "MANIFEST_UNKNOWN") }
        var headers = [
            "Docker-Content-Digest": "\(Digest.of(found.bytes))", "Content-Type": found.type,
            "Content-Length": "\(found.bytes.count)",
        ]
        if double.manners.checksStates { headers["ETag"] = Self.entityTag(found) }
        return RegistryAnswer(200, headers, request.call.method == "HEAD" ? [] : found.bytes)
    }

    private static func entityTag(_ manifest: RegistryState.Manifest) -> String { "\"\(Digest.of(manifest.bytes))\"" }

    /// A manifest is taken when all that it names is there.
    private func take(_ state: inout RegistryState, _ repository: String, _ name: String) -> RegistryAnswer {
        let digest = "\(Digest.of(request.body))"
        guard let object = RegistryState.object(request.body), let type = request.call["content-type"] else {
            return .problem(400, "MANIFEST_INVALID")
        }
        if double.manners.checksStates, let wanted = request.call["if-match"],
            wanted != state.manifests[repository]?[name].map(Self.entityTag)
        {
            return .problem(412, "PRECONDITION_FAILED")
        }
        if name.hasPrefix("sha256:"), name != digest { return .problem(400, "DIGEST_INVALID") }
        let parts =
            ((object["layers"] as? [[String: Any]]) ?? []) + [object["config"] as? [String: Any]].compactMap(\.self)
        for part in parts where state.blobs[repository]?[part["digest"] as? String ?? ""] == nil {
            return .problem(404, "MANIFEST_BLOB_UNKNOWN")
        }
        // The fallback tag may list manifests that a registry has never checked.
        for entry in (object["manifests"] as? [[String: Any]]) ?? [] where !name.hasPrefix("sha256-") {
            if state.manifests[repository]?[entry["digest"] as? String ?? ""] == nil {
                return .problem(404, "MANIFEST_BLOB_UNKNOWN")
            }
        }
        for key in [name, digest] {
            state.manifests[repository, default: [:]][key] = .init(type: type, bytes: request.body)
        }
        var headers = ["Docker-Content-Digest": digest, "Location": "/v2/\(repository)/manifests/\(digest)"]
        if double.manners.supportsReferrers { headers["OCI-Subject"] = RegistryState.subject(object) }
        return RegistryAnswer(201, headers)
    }

    /// Two to a page.
    private func tags(
        _ state: inout RegistryState, _ repository: String, _ rest: String, _ fault: RegistryFault?
    ) -> RegistryAnswer {
        guard let known = state.manifests[repository] else { return .problem(404, "NAME_UNKNOWN") }
        let all = known.keys.filter { !$0.hasPrefix("sha256:") }.sorted()
        let left = all.filter { $0 > request.field("last") ?? "" }
        var answer = RegistryAnswer.json(200, ["name": repository, "tags": Array(left.prefix(2))])
        if left.count > 2 { answer.headers["Link"] = "</v2/\(repository)/tags/list?n=2&last=\(left[1])>; rel=\"next\"" }
        return answer
    }

    private func referrers(
        _ state: inout RegistryState, _ repository: String, _ digest: String, _ fault: RegistryFault?
    ) -> RegistryAnswer {
        guard double.manners.supportsReferrers else { return .problem(404, "UNSUPPORTED") }
        return .json(
            200,
            [
                "schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json",
                "manifests": state.referrers(of: digest, in: repository),
            ])
    }
}
