internal import BerthSystem
internal import SystemPackage

/// The fixed files and folders of a store, and the version of its format.
struct StoreFormat {
    let root: FilePath

    /// The format that this program reads and writes.
    static let current = 2
    /// Folders that are always there.
    static let folders = ["blobs/sha256", "entries", "fragments", "ingest", "leases", "pins", "trash", "versions"]
    /// Those whose absence must not be taken for emptiness.
    static let recordFolders = ["entries", "leases", "pins", "versions"]
    /// Names that may lie in a folder which becomes a store.
    static let known: Set = [
        "CACHEDIR.TAG", "berth-format", "blobs", "cache", "evict.lock", "fragments", "history.sqlite", "index.json",
        "index.sqlite", "ingest", "leases", "lock", "moving", "night.lock", "nights", "oci-layout", "pins", "refs.lock",
        "reserve", "tier", "tokens", "trash", "versions", "clock", "entries", "hot", "history.sqlite-shm",
        "history.sqlite-wal", "index.sqlite-shm",
        "index.sqlite-wal",
    ]

    /// Checks a store, or makes one; a folder that is whole costs two looks and one small read.
    func prepare(create: Bool) throws {
        let exists = Files.exists(root.appending("oci-layout")) && Files.exists(root.appending("berth-format"))
        guard exists || create else {
            throw BerthError(
                .storeMissing, "there is no store here", place: root.string,
                remedy: "build an image first, or set BERTH_HOME to the folder of your store")
        }
        try refuseShared()
        if exists { try readVersion() } else { try make() }
    }

    /// Throws `.damaged` when a folder that says what to keep is gone: an empty one would mean that nothing is.
    func requireRecords() throws {
        // A store that could not be taken over yet, on a full or read-only disk, has no entries.
        let isOld = try version() < Self.current
        for folder in Self.recordFolders where !Files.exists(root.appending(folder)) && !(isOld && folder == "entries")
        {
            throw BerthError(
                .damaged, "the store's folder of \(folder) is gone", place: root.appending(folder).string,
                done: "nothing was removed", remedy: "bring it back from a backup, or run `berth store repair`")
        }
    }

    /// Makes the folders that are not there; says which.
    func restoreFolders() throws -> [String] {
        let missing = Self.folders.filter { !Files.exists(root.pushing(FilePath($0))) }
        for folder in missing { try Files.makeDirectory(root.pushing(FilePath(folder))) }
        return missing
    }

    private func refuseShared() throws {
        var place = root
        while !Files.exists(place) && place.removeLastComponent() {}
        guard let kind = Machine.sharedFileSystem(at: place.isEmpty ? "." : place) else { return }
        throw BerthError(
            .storeMissing, "a store cannot lie on a \(kind) file system: locks and renames are not safe there",
            place: root.string,
            remedy: "set BERTH_HOME to a folder on a local disk; other machines reach it through `berth serve`")
    }

    private func readVersion() throws {
        let version = try version()
        if version < Self.current { return try migrate() }
        guard version == Self.current else {
            throw BerthError(
                .storeMissing, "the store has format \(version), this berth knows formats up to \(Self.current)",
                place: root.string, done: "nothing was changed",
                remedy: "use the newer berth that wrote it, or set BERTH_HOME to another folder")
        }
    }

    private func version() throws -> Int {
        let place = root.appending("berth-format")
        let text = try Files.readText(place, limit: 64).filter { !$0.isWhitespace }
        guard let version = Int(text), version > 0 else {
            throw BerthError(
                .damaged, "the file that names the store's format is damaged", place: place.string,
                remedy: "write \(Self.current) into it if no newer berth has used this store")
        }
        return version
    }

    /// Format 2 has cache entries: their folder is there before the format says so.
    ///
    /// Nobody may collect meanwhile: an older berth does not know what entries keep. A store on a full or read-only
    /// disk is read as it is.
    private func migrate() throws {
        do {
            let lock = try FileLock.acquire(
                root.appending("lock"), .exclusive, seconds: 60, purpose: "taking over a store of an older berth")
            defer { withExtendedLifetime(lock) {} }
            try Files.makeDirectory(root.appending("entries"))
            try Files.commitDirectory(root)
            try Files.writeAtomically("\(Self.current)\n", to: root.appending("berth-format"))
            try Files.commitDirectory(root)
        } catch let error as BerthError where [.storeMissing, .noSpace].contains(error.status) {}
    }

    /// Makes the store under a lock, for two processes may begin at once and one be done before the other looks.
    private func make() throws {
        try refuseForeign()
        for folder in Self.folders { try Files.makeDirectory(root.pushing(FilePath(folder))) }
        let lock = try FileLock.acquire(
            root.appending("refs.lock"), .exclusive, seconds: 10, purpose: "making the store")
        defer { withExtendedLifetime(lock) {} }
        try writeAll()
    }

    /// Hidden names are no sign of another use: what operating systems leave, and our own files written aside.
    private func refuseForeign() throws {
        let foreign = try Files.list(root).filter {
            !Self.known.contains($0) && $0 != "lost+found" && !$0.hasPrefix(".")
        }
        let isOther = Files.exists(root.appending("oci-layout")) && !Files.exists(root.appending("berth-format"))
        guard foreign.isEmpty, !isOther else {
            throw BerthError(
                .storeMissing, "the folder holds other files and no store", place: root.string,
                done: "nothing was changed", remedy: "set BERTH_HOME to an empty or new folder")
        }
    }

    /// `oci-layout` comes last, so that a half-made store is made again.
    private func writeAll() throws {
        try write("\(Self.current)\n", "berth-format")
        try write("{\"manifests\":[],\"schemaVersion\":2}", "index.json")
        // The signature that backup programs look for (bford.info/cachedir).
        try write(
            "Signature: 8a477f597d28d172789f06886806bc55\n# A store of berth: berth can fetch or build it again.\n",
            "CACHEDIR.TAG")
        try write("{\"imageLayoutVersion\":\"1.0.0\"}", "oci-layout")
        try Files.commitDirectory(root)
    }

    private func write(_ text: String, _ name: String) throws {
        let place = root.appending(name)
        if !Files.exists(place) { try Files.writeAtomically(text, to: place) }
    }
}
