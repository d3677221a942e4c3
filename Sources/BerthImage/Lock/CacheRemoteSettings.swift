internal import BerthDocument
package import BerthRegistry

/// `cache: remote:` of the user's `berth.yaml`: the registry that shares cache entries, and how long anybody waits for it.
package struct CacheRemoteSettings: Sendable, Equatable {
    package let repository: Repository
    package var isInsecure = false
    package var reads = true
    package var writes = true
    /// Seconds; nil for what Berth takes by itself.
    package var lookup: Int?
    package var receive: Int?
    package var send: Int?

    /// Nil, and a fault, where no repository is named.
    init?(_ reader: MappingReader) {
        defer { reader.finish() }
        let text = reader.string("repository", required: true)
        isInsecure = reader.boolean("insecure") ?? false
        reads = reader.boolean("read") ?? true
        writes = reader.boolean("write") ?? true
        lookup = reader.integer("wait", in: 1...600)
        receive = reader.integer("receive", in: 1...86_400)
        send = reader.integer("send", in: 1...86_400)
        guard let text else { return nil }
        guard let reference = try? Reference(text), reference.tag == nil, reference.digest == nil else {
            reader.fault("repository", "a repository is written as host/name, without a tag")
            return nil
        }
        repository = reference.repository
    }
}
