package import BerthArchive
internal import BerthSystem
internal import NIOHTTP1

extension RegistryClient {
    /// The manifest under a tag or digest, checked; nil where the registry has none.
    package func manifest(_ name: ManifestName) async throws -> RegistryManifest? {
        try await tagged(name)?.manifest
    }

    /// The same with what the registry calls this state of it (RFC 9110 §8.8.3), where that can be told from others.
    func tagged(_ name: ManifestName) async throws -> (manifest: RegistryManifest, entityTag: String?)? {
        let address = address("manifests/\(name)")
        var request = RegistryRequest(.GET, address)
        request.headers = ["Accept": ManifestType.accepted]
        // One byte more than is allowed is refused by the exchange.
        request.limit = RegistryManifest.limit
        return try await trying("manifest \(repository):\(name)", at: address) {
            let reply = try await exchange.reply(request)
            if reply.status == 404 { return nil }
            try reply.expect(200)
            return (try read(reply, name), reply["ETag"].flatMap { $0.hasPrefix("\"") ? $0 : nil })
        }
    }

    /// The manifest under a tag or digest; none is an error that says what to check.
    package func requiredManifest(_ name: ManifestName) async throws -> RegistryManifest {
        if let found = try await manifest(name) { return found }
        throw await failure(
            .missing, of: "image \(Reference(repository: repository, name))", at: address("manifests/\(name)"), tries: 1
        )
    }

    private func read(_ reply: RegistryReply, _ name: ManifestName) throws -> RegistryManifest {
        let got = Digest.of(reply.body)
        if case .digest(let wanted) = name, wanted != got {
            throw Fault.wrongContent("the manifest does not match its digest: expected \(wanted), got \(got)")
        }
        if let said = reply["Docker-Content-Digest"], said != "\(got)" {
            throw Fault.wrongContent("the registry says the manifest is \(said.prefix(80).escaped), and it is \(got)")
        }
        return try RegistryManifest(reply.body, declared: reply["Content-Type"])
    }

    /// What the registry says a tag or digest leads to, without fetching it; nil where there is nothing.
    package func digest(of name: ManifestName) async throws -> Digest? {
        let address = address("manifests/\(name)")
        var request = RegistryRequest(.HEAD, address)
        request.headers = ["Accept": ManifestType.accepted]
        return try await trying("manifest \(repository):\(name)", at: address) {
            let reply = try await exchange.reply(request)
            if reply.status == 404 { return nil }
            try reply.expect(200)
            return reply["Docker-Content-Digest"].flatMap { try? Digest($0) }
        }
    }

    /// What the registry answered to a manifest that it took.
    package struct Taken: Sendable {
        /// Whether it lists the manifest among the subject's referrers by itself.
        package let knowsSubject: Bool
    }

    /// Puts a manifest under a tag or its digest.
    @discardableResult
    package func put(_ manifest: RegistryManifest, as name: ManifestName) async throws -> Taken {
        let reply = try await put(manifest, as: name, conditions: [:])
        return Taken(knowsSubject: reply["OCI-Subject"] != nil)
    }

    /// Puts a manifest where a state of it is still what the tag leads to; false where somebody else was there first.
    ///
    /// Nil, and a registry that does not look at If-Match, take it in any case.
    func put(_ manifest: RegistryManifest, as tag: Tag, replacing entityTag: String?) async throws -> Bool {
        let conditions: HTTPHeaders = entityTag.map { ["If-Match": $0] } ?? [:]
        return try await put(manifest, as: .tag(tag), conditions: conditions).status != 412
    }

    private func put(
        _ manifest: RegistryManifest, as name: ManifestName, conditions: HTTPHeaders
    ) async throws -> RegistryReply {
        let address = address("manifests/\(name)")
        var request = RegistryRequest(.PUT, address)
        request.headers = conditions
        request.headers.add(name: "Content-Type", value: manifest.type.rawValue)
        request.body = .bytes(manifest.bytes)
        request.patience = policy.completion
        let sent = request
        return try await trying("manifest \(repository):\(name)", at: address) {
            let reply = try await exchange.reply(sent)
            if reply.status == 412, !conditions.isEmpty { return reply }
            // A registry that has no such repository and makes none answers 404 here.
            try reply.expect(201, 200, 202)
            if let said = reply["Docker-Content-Digest"], said != "\(manifest.digest)" {
                throw Fault.wrongContent(
                    "the registry took another manifest than was sent: \(said.prefix(80).escaped), not \(manifest.digest)"
                )
            }
            return reply
        }
    }
}

extension Substring {
    fileprivate var escaped: String { String(self).escaped }
}

extension Reference {
    /// A repository's version by either of its names.
    init(repository: Repository, _ name: ManifestName) {
        switch name {
        case .tag(let tag): self.init(repository: repository, tag: tag)
        case .digest(let digest): self.init(repository: repository, digest: digest)
        }
    }
}
