import BerthSystem
import BerthTestSupport
import SystemPackage
import Testing

@testable import BerthCache

/// A tree made by chance, as a list of nodes that may be made one after the other and left out one by one.
struct RandomTree: Sendable {
    enum Kind: Sendable {
        case folder
        /// Bytes, of which `holes` at the beginning are zeros that take no place.
        case file(size: Int, seed: UInt64, holes: Int)
        case link([UInt8])
        /// A second name of the file that is that node.
        case name(of: Int)
    }

    struct Node: Sendable {
        let number: Int
        /// The node of the folder that it lies in; nil for the root.
        let folder: Int?
        let name: [UInt8]
        let kind: Kind
        let permissions: UInt16
        let modified: FileTime
    }

    var nodes: [Node] = []

    init(seed: UInt64, count: Int) {
        var random = Numbers(state: seed)
        for number in 0..<count {
            let folders = nodes.filter { if case .folder = $0.kind { true } else { false } }
            let folder = random.below(4) == 0 ? nil : folders.isEmpty ? nil : folders[random.below(folders.count)]
            nodes.append(Self.node(number, in: folder?.number, &random, nodes))
        }
    }

    private static func node(_ number: Int, in folder: Int?, _ random: inout Numbers, _ nodes: [Node]) -> Node {
        let files = nodes.filter { if case .file = $0.kind { true } else { false } }
        let kind: Kind =
            switch random.below(12) {
            case 0...3: .folder
            case 4: .link(random.bytes(1 + random.below(40)))
            case 5 where !files.isEmpty: .name(of: files[random.below(files.count)].number)
            case 6: .file(size: 65_536 + random.below(3 << 20), seed: random.next(), holes: 65_536)
            case 7: .file(size: 0, seed: 0, holes: 0)
            case 8: .file(size: 9 << 20, seed: UInt64(random.below(2)), holes: 0)
            default: .file(size: random.below(40_000), seed: UInt64(random.below(5)), holes: 0)
            }
        let isFolder = if case .folder = kind { true } else { false }
        let modes: [UInt16] = isFolder ? [0o755, 0o700, 0o500, 0o1777] : [0o644, 0o755, 0o600, 0o444, 0o400]
        return Node(
            number: number, folder: folder, name: random.bytes(1 + random.below(20)) + Array("-\(number)".utf8),
            kind: kind, permissions: modes[random.below(modes.count)],
            modified: FileTime(
                seconds: Int64(random.below(2_000_000_000)), nanoseconds: Int64(random.below(1_000_000_000))))
    }

    /// The same without a node and all that needs it.
    func without(_ number: Int) -> RandomTree {
        var (tree, gone): (RandomTree, Set<Int>) = (self, [number])
        tree.nodes.removeAll { node in
            var needs = gone.contains(node.number) || node.folder.map(gone.contains) ?? false
            if case .name(let first) = node.kind, gone.contains(first) { needs = true }
            if needs { gone.insert(node.number) }
            return needs
        }
        return tree
    }

    /// Makes it below a folder that is not there yet.
    func write(_ name: Folder.Name, in above: Folder) throws {
        let root = try above.makeFolder(name)
        var folders: [Int: Folder] = [:]
        var places: [Int: (Folder, Folder.Name)] = [:]
        for node in nodes {
            let folder = node.folder.flatMap { folders[$0] } ?? root
            guard let name = Folder.Name(bytes: node.name[...]) else { continue }
            places[node.number] = (folder, name)
            switch node.kind {
            case .folder: folders[node.number] = try folder.makeFolder(name)
            case .link(let target):
                try folder.makeLink(name, to: target)
                try folder.setModified(node.modified, of: name)
            case .file(let size, let seed, let holes):
                let file = try folder.create(name)
                try file.setSize(Int64(size))
                var random = Numbers(state: seed &+ 77)
                if size > holes { try file.write(random.bytes(size - holes), at: Int64(holes)) }
                try file.setPermissions(node.permissions)
                try file.setModified(node.modified)
            case .name(let first):
                guard let (source, old) = places[first] else { continue }
                try folder.makeName(name, of: old, in: source)
            }
        }
        for node in nodes.reversed() {
            guard let folder = folders[node.number] else { continue }
            try folder.setPermissions(node.permissions)
            try folder.setModified(node.modified)
        }
        try root.setModified(FileTime(seconds: 1_700_000_000, nanoseconds: 5))
    }
}

/// Numbers by chance that are the same in each run.
struct Numbers {
    var state: UInt64

    /// SplitMix64.
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }

    mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(max(1, limit))) }

    /// Bytes that a name or a target may have.
    mutating func bytes(_ count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count + 8)
        while bytes.count < count {
            var word = next()
            for _ in 0..<8 {
                let byte = UInt8(truncatingIfNeeded: word)
                bytes.append(byte == 0 || byte == 0x2F ? 0x61 : byte)
                word >>= 8
            }
        }
        return Array(bytes.prefix(count))
    }
}

extension CacheYard {
    /// All that must come back, told by Python: kinds, modes, times, contents, targets, which names are one file, holes.
    func facts(_ name: String) async throws -> String {
        let script = """
            import hashlib, os, stat, sys
            seen, root = {}, os.fsencode(sys.argv[1])
            def line(path, shown):
                at = os.lstat(path)
                kind = stat.S_IFMT(at.st_mode)
                facts = [shown.hex(), oct(at.st_mode) if kind != stat.S_IFLNK else "link", at.st_mtime_ns]
                if kind == stat.S_IFLNK: facts.append(os.readlink(path).hex())
                if kind == stat.S_IFREG:
                    first = seen.setdefault(at.st_ino, shown.hex())
                    with open(path, "rb") as file: content = hashlib.sha256(file.read()).hexdigest()
                    # What small files take is the file system's affair.
                    hole = at.st_size > 65536 and at.st_blocks * 512 <= at.st_size - 65536
                    facts += [at.st_size, content, first, at.st_nlink, "hole" if hole else "whole"]
                print(*facts)
            def walk(folder, shown):
                line(folder, shown)
                for name in sorted(os.listdir(folder)):
                    path = folder + b"/" + name
                    if stat.S_ISDIR(os.lstat(path).st_mode): walk(path, shown + b"/" + name)
                    else: line(path, shown + b"/" + name)
            walk(root, b"")
            """
        return try await Command("/usr/bin/env", ["python3", "-c", script, path(name).string]).output()
    }
}
