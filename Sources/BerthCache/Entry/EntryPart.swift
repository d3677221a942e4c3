internal import BerthArchive
internal import BerthStore
internal import BerthSystem
internal import SystemPackage

extension Store {
    /// Reads a part of an entry: a pack or a manifest.
    ///
    /// One that is damaged, or that the disk does not give, is moved out of the way, so that the next save stores it anew;
    /// throws `.damaged` then, and where the part is gone.
    func part<Value>(_ digest: Digest, _ what: String, _ read: () throws -> Value) throws -> Value {
        do { return try read() } catch let error as BerthError {
            let isGone = error.errno == Errno.noSuchFileOrDirectory.rawValue
            guard error.status == .damaged || error.isDiskFault || isGone else { throw error }
            if isGone || !contains(digest) { throw LocalCache.lost(digest) }
            let isMoved = (try? quarantine(digest)) != nil
            throw BerthError(
                .damaged, "the \(what) \(digest) \(error.isDiskFault ? "can't be read from the disk" : "is damaged")",
                done: "\(isMoved ? "it was moved to the trash, and " : "")nothing was restored",
                remedy: "go on without the cache: the next save stores what is missing", cause: error)
        }
    }

    /// The trees of an entry, whose bytes are compared with their digest.
    func manifest(_ digest: Digest) throws -> TreeManifest {
        let bytes = try part(digest, "manifest") { try read(digest, limit: ManifestCoding.limit) }
        return try ManifestCoding.decode(ZstdFrames.expand(bytes, limit: ManifestCoding.limit))
    }
}

extension Store {
    /// Leases all that an entry needs; nil where the store can only be read by this process.
    ///
    /// Without a lease a part may go meanwhile: that is a miss, for whatever is read is compared with its digest. Throws
    /// `.damaged` where a part is gone.
    func hold(_ entry: CacheEntry, _ purpose: String) throws -> IngestSession? {
        do {
            let session = try beginIngest(purpose: "\(purpose) the cache \(entry.key.text.escaped)")
            for blob in entry.blobs where try !session.keep(blob, size: nil) { throw LocalCache.lost(blob) }
            return session
        } catch let error as BerthError where error.isForbidden {
            for blob in entry.blobs where !contains(blob) { throw LocalCache.lost(blob) }
            return nil
        }
    }
}
