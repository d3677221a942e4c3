package import BerthArchive
internal import BerthSystem
internal import SystemPackage

/// The names of images: `index.json` of the layout is the only place that holds them.
package struct Refs: Sendable {
    let store: Store

    private var path: FilePath { store.root.appending("index.json") }

    /// All named refs, by name; those that other tools put there too.
    package func list() throws -> [Ref] {
        try read().manifests?.compactMap(\.ref).sorted { $0.name < $1.name } ?? []
    }

    /// The ref of a name; nil where there is none.
    package func find(_ name: String) throws -> Ref? { try list().first { $0.name == name } }

    /// Sets names, all or none, replacing what they pointed to; the manifests must be in the store.
    package func set(_ refs: [Ref], removing names: [String] = []) throws {
        for ref in refs {
            guard Ref.isName(ref.name) else {
                throw BerthError(
                    .usage, "\"\(ref.name.escaped)\" cannot name an image",
                    remedy: "use letters and digits, joined by one of - . _ : @ + /")
            }
            guard store.contains(ref.digest, size: ref.size) else {
                throw BerthError(
                    .damaged, "the store lacks the manifest of \(ref.name)", place: store.path(of: ref.digest).string,
                    done: "the name was not set", remedy: "build the image again")
            }
        }
        let replaced = Set(refs.map(\.name) + names)
        try change { descriptors in
            descriptors.removeAll { replaced.contains($0.annotations?[Ref.nameKey] ?? "") }
            descriptors += refs.map { Descriptor($0) }
        }
    }

    /// Sets one name.
    package func set(_ ref: Ref) throws { try set([ref]) }

    /// Removes a name, whose content goes with a later collection; false when there was none.
    @discardableResult
    package func remove(_ name: String) throws -> Bool {
        var found = false
        try change { descriptors in
            let count = descriptors.count
            descriptors.removeAll { $0.annotations?[Ref.nameKey] == name }
            found = descriptors.count < count
        }
        return found
    }

    /// Removes names of a manifest, unless another name leads to it as well: then all stay, and the answer is false.
    package func remove(_ names: Set<String>, ifNothingElseLeadsTo digest: Digest) throws -> Bool {
        var isFree = true
        try change { descriptors in
            isFree = descriptors.allSatisfy {
                $0.digest != "\(digest)" || names.contains($0.annotations?[Ref.nameKey] ?? "")
            }
            guard isFree else { return }
            descriptors.removeAll { $0.digest == "\(digest)" && names.contains($0.annotations?[Ref.nameKey] ?? "") }
        }
        return isFree
    }

    /// Every descriptor of the layout's index, named or not.
    func descriptors() throws -> [Descriptor] { try read().manifests ?? [] }

    /// Rewrites the index under a short exclusive lock; names stay sorted, so the same names give the same bytes.
    func change(_ body: (inout [Descriptor]) throws -> Void) throws {
        let lock = try FileLock.acquire(
            store.root.appending("refs.lock"), .exclusive, seconds: 10, purpose: "changing image names")
        defer { withExtendedLifetime(lock) {} }
        var index = try read()
        let before = try CanonicalJSON.encode(index)
        var descriptors = index.manifests ?? []
        try body(&descriptors)
        index.manifests = descriptors.sorted { Self.order($0) < Self.order($1) }
        let after = try CanonicalJSON.encode(index)
        guard after != before || !Files.exists(path) else { return }
        try Files.writeAtomically(after, to: path)
        try Files.commitDirectory(store.root)
    }

    /// Puts an empty index in place of a damaged or lost one.
    func reset() throws {
        try Files.writeAtomically(try CanonicalJSON.encode(ImageDocument(manifests: [], schemaVersion: 2)), to: path)
    }

    private static func order(_ descriptor: Descriptor) -> String {
        "\(descriptor.annotations?[Ref.nameKey] ?? "") \(descriptor.digest)"
    }

    private func read() throws -> ImageDocument {
        do {
            return try CanonicalJSON.decode(ImageDocument.self, try Files.read(path))
        } catch let error as BerthError where error.errno == nil || Files.exists(path) {
            throw error
        } catch {
            throw BerthError(
                .damaged, "the list of image names is damaged or lost", place: path.string,
                remedy: "run `berth store repair`: it is made again from the versions", cause: error)
        }
    }
}

extension Store {
    /// The names of images.
    package var refs: Refs { Refs(store: self) }
}
