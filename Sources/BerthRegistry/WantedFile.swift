internal import BerthArchive

/// What one transfer must bring: how its bytes are checked, and how many they may be.
struct WantedFile: Sendable {
    /// What the bytes must hash to.
    enum Check: Sendable {
        case digest(Digest)
        case integrity(Integrity)
    }

    let name: String
    let addresses: [Address]
    let check: Check
    /// The exact size where somebody promised it.
    let size: ByteCount?
    /// No more than this is taken.
    let limit: ByteCount

    init(_ file: RemoteFile) {
        (name, addresses, check) = (file.name, file.addresses, .digest(file.digest))
        (size, limit) = (file.size, file.size)
    }

    init(_ file: UnsizedFile, limit: ByteCount) {
        (name, addresses, check) = (file.name, file.addresses, .integrity(file.integrity))
        (size, self.limit) = (nil, limit)
    }

    /// What was promised, for messages.
    var promise: String {
        switch check {
        case .digest(let digest): "\(limit.value) bytes, \(digest)"
        case .integrity(let integrity): "\(integrity)"
        }
    }

    /// What a server gets for sending more than it may.
    var overflow: Fault {
        size == nil
            ? .unusable("the file is larger than the \(limit) that it may have")
            : .wrongContent("the server sends more bytes than the file has")
    }
}
