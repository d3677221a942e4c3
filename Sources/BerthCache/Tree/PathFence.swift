internal import BerthStore
internal import BerthSystem
internal import SystemPackage

/// Which paths a save or restore keeps away from: the store itself, and each other.
struct PathFence {
    private struct Place: Hashable {
        let device: UInt64
        let inode: UInt64
    }

    private let store: FilePath
    /// The store's folder and those above it, by device and inode: no spelling of a path gets round that.
    private let around: Set<Place>

    init(_ store: Store) throws {
        self.store = store.root
        around = Set(try Self.chain(from: store.root))
    }

    /// Throws `.usage` where a path holds the store, lies in it, or where of two paths one lies in the other.
    func check(_ paths: [FilePath]) throws {
        let own = try Self.chain(from: store).first
        for path in paths {
            let chain = try Self.chain(from: path)
            let holds = try Self.place(path).map { around.contains($0) } ?? false
            guard !holds, own.map({ !chain.contains($0) }) ?? true else {
                throw BerthError(
                    .usage, "the path holds Berth's own store, or lies in it", place: path.string,
                    done: "nothing was changed", remedy: "name the folders that the tool fills, one by one")
            }
        }
        try Self.checkSeparate(paths)
    }

    /// Throws `.usage` where of two paths one lies in the other.
    static func checkSeparate(_ paths: [FilePath]) throws {
        let names = paths.map { $0.lexicallyNormalized() }
        for (index, path) in names.enumerated() {
            guard let outer = names.indices.first(where: { $0 != index && path.starts(with: names[$0]) }) else {
                continue
            }
            throw BerthError(
                .usage, "of two paths one lies in the other: \(path.string.escaped)",
                place: names[outer].string, done: "nothing was changed", remedy: "name the outer one only")
        }
    }

    /// The folders from a path upwards that are there, the nearest first.
    private static func chain(from path: FilePath) throws -> [Place] {
        var (places, next): ([Place], FilePath) = ([], path.isAbsolute ? path : FilePath(".").pushing(path))
        for _ in 0..<4096 {
            if let place = try place(next) { places.append(place) }
            // Above what is there, the kernel's own way up counts: links may have led here.
            next = places.isEmpty ? next.removingLastComponent() : next.appending("..")
            if next.isEmpty { next = "." }
            if places.count > 1, places[places.count - 1] == places[places.count - 2] { break }
        }
        return places
    }

    private static func place(_ path: FilePath) throws -> Place? {
        guard let facts = try? Folder(path).facts() else { return nil }
        return Place(device: facts.device, inode: facts.inode)
    }
}
