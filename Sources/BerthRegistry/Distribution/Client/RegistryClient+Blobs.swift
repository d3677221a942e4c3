internal import AsyncHTTPClient
package import BerthArchive
package import BerthStore
internal import BerthSystem
internal import NIOHTTP1

extension RegistryClient {
    /// Whether the repository has a blob; a size that differs from the promised one is a fault.
    package func hasBlob(_ digest: Digest, size: ByteCount? = nil) async throws -> Bool {
        let address = address("blobs/\(digest)")
        return try await trying("blob \(digest)", at: address) {
            let reply = try await exchange.reply(RegistryRequest(.HEAD, address))
            if reply.status == 404 { return false }
            try reply.expect(200)
            guard let size, let length = reply["Content-Length"].flatMap({ Int64($0) }) else { return true }
            return length == size.value
        }
    }

    /// Brings blobs into the store, each verified while it streams; what is there is only leased.
    ///
    /// Broken transfers go on where they broke, also in a later run.
    package func pull(_ blobs: [ContentDescriptor], into session: IngestSession, of store: Store) async throws {
        let files = blobs.map { blob in
            RemoteFile(
                name: "blob \(blob.digest.short)", digest: blob.digest, size: blob.size,
                addresses: [address("blobs/\(blob.digest)")])
        }
        let fetcher = Fetcher(store: store, session: session, progress: progress, exchange: exchange)
        do { try await fetcher.fetch(files) } catch let missing as MissingFiles {
            throw BerthError(
                .failed, "the registry lacks parts of the image: \(missing.names.joined(separator: ", "))",
                place: "\(repository)", done: "what has arrived is kept for the next try",
                remedy: "push the image again from where it was made; or check the rights on the repository")
        } catch var error as BerthError {
            // The fetcher speaks of mirrors and locks.
            switch error.status {
            case .authenticationNeeded: error.remedy = await authority.remedy
            case .damaged: error.remedy = "ask whoever runs the registry; what it serves is not what was named"
            default: break
            }
            throw error
        }
    }

    /// The bytes of a small blob, checked; throws `.damaged` where it has more than `limit` or none.
    package func bytes(of blob: ContentDescriptor, limit: ByteCount) async throws -> [UInt8] {
        let address = address("blobs/\(blob.digest)")
        guard blob.size <= limit, blob.size.value > 0 else {
            throw BerthError(
                .damaged, "a blob has \(blob.size), and may have 1 to \(limit.value) bytes", place: "\(address)",
                done: "it was not fetched", remedy: "ask whoever pushed it")
        }
        return try await trying("blob \(blob.digest.short)", at: address) {
            let bytes = try await part(of: blob, 0..<blob.size.value)
            let got = Digest.of(bytes)
            guard got == blob.digest else {
                throw Fault.wrongContent("the content does not match its digest: expected \(blob.digest), got \(got)")
            }
            return bytes
        }
    }

    /// A part of a blob, of exactly that length; small, because it is held in memory.
    func part(of blob: ContentDescriptor, _ range: Range<Int64>) async throws -> [UInt8] {
        let address = address("blobs/\(blob.digest)")
        let isWhole = range == 0..<blob.size.value
        return try await trying("blob \(blob.digest)", at: address) {
            try await Heartbeat.watching(policy, until: .now + policy.total) { heart in
                let headers: HTTPHeaders =
                    isWhole ? [:] : ["Range": "bytes=\(range.lowerBound)-\(range.upperBound - 1)"]
                let response = try await exchange.get(address, headers: headers, heart: heart)
                var skip = range.lowerBound
                if response.status == .partialContent {
                    guard ContentRange(response.headers.first(name: "Content-Range"))?.first == range.lowerBound else {
                        throw Fault.noResume
                    }
                    skip = 0
                }
                return try await PartReader(skip: skip, count: range.upperBound - range.lowerBound)
                    .read(response, heart)
            }
        }
    }
}
