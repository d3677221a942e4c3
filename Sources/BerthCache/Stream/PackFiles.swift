internal import BerthArchive

/// The files that packs hold whole, one at a time: as members of a tar, a frame of small ones is many times as large.
struct PackFiles {
    private let layout: EntryLayout
    private let source: PackSource
    private var isOpen = false
    /// Contents of the frame at hand, the next one last.
    private var contents: [PackSource.Content] = []
    /// The content at hand, and the files that still want it.
    private var bytes: ArraySlice<UInt8> = []
    private var uses: ArraySlice<ChunkUses.Use> = []
    /// By chunk.
    private var given: [Bool]

    init(_ layout: EntryLayout, _ source: PackSource) {
        (self.layout, self.source) = (layout, source)
        given = Array(repeating: false, count: layout.manifest.chunks.count)
    }

    /// The next file of a pack, with all that it holds; nil behind the pack's last one.
    mutating func next(in pack: Int) throws -> (member: Int, bytes: ArraySlice<UInt8>)? {
        while true {
            while let use = uses.popFirst() { if use.isWhole { return (use.member, bytes) } }
            if let content = contents.popLast() {
                guard let number = layout.uses.number(of: content.digest), !given[number] else { continue }
                given[number] = true
                (bytes, uses) = (content.bytes, layout.uses.of(number))
                continue
            }
            // The source writes over its bytes, unless somebody holds them.
            bytes = []
            guard try expand(pack) else { return nil }
        }
    }

    /// Reads a pack's next frame; false behind the last one.
    private mutating func expand(_ pack: Int) throws -> Bool {
        if !isOpen { try source.open(pack) }
        let (uses, places) = (layout.uses, layout.places)
        let found = try source.next { digest in
            uses.number(of: digest).map { places[$0].pack == pack && uses.of($0).contains { $0.isWhole } } ?? false
        }
        isOpen = found != nil
        contents = found?.reversed() ?? []
        return isOpen
    }

    /// Throws `.damaged` where packs lacked what their tables promised when the stream began.
    func checkAll(of packs: [Int]) throws {
        let packs = Set(packs)
        for chunk in layout.uses.needed where !given[chunk] && packs.contains(layout.places[chunk].pack) {
            guard layout.uses.of(chunk).contains(where: { $0.isWhole }) else { continue }
            throw ContentPlaces.lacks(layout.manifest.chunks[chunk])
        }
    }
}
