internal import BerthArchive
internal import BerthSystem

extension TreeRecord.Head {
    init(from decoder: inout ByteDecoder) throws {
        label = String(decoding: try decoder.text(upTo: 1 << 16), as: UTF8.self)
        exclude = try (0..<(try decoder.count(ofAtLeast: 1))).map { _ in
            String(decoding: try decoder.text(upTo: 1 << 16), as: UTF8.self)
        }
        moment = try decoder.time()
        root = (try decoder.state(), UInt16(try decoder.number(upTo: 0o7777)))
        guard try decoder.number(upTo: 1) == 1 else { return }
        origin = TreeRecord.Origin(
            entry: try decoder.digest(), manifest: try decoder.digest(),
            size: ByteCount(try decoder.number(upTo: Int.max)), tree: try decoder.number(upTo: 1 << 20),
            trees: try decoder.number(upTo: 1 << 20))
    }

    func encode(_ take: (ArraySlice<UInt8>) throws -> Void) rethrows {
        var encoder = ByteEncoder()
        encoder.add(label.utf8)
        encoder.add(exclude.count)
        for pattern in exclude { encoder.add(pattern.utf8) }
        encoder.add(moment)
        encoder.add(root.state)
        encoder.add(Int(root.permissions))
        encoder.add(origin == nil ? 0 : 1)
        if let origin {
            encoder.add(origin.entry)
            encoder.add(origin.manifest)
            encoder.add(UInt64(origin.size.value))
            encoder.add(origin.tree)
            encoder.add(origin.trees)
        }
        try take(encoder.bytes[...])
    }
}
