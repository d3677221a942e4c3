internal import BerthArchive
internal import BerthSystem

/// Writes numbers and byte strings one after the other.
struct ByteEncoder {
    private(set) var bytes: [UInt8]

    /// `bytes`: what stands before.
    init(_ bytes: [UInt8] = []) { self.bytes = bytes }

    /// Makes room for so many bytes: while it grows by itself each byte is copied once on the average.
    mutating func reserveCapacity(_ count: Int) { bytes.reserveCapacity(count) }

    /// Seven bits a byte, the lowest first (LEB128).
    mutating func add(_ number: UInt64) {
        // Most are small.
        guard number >= 0x80 else { return bytes.append(UInt8(number)) }
        // Room is made once: that costs more than a byte does.
        bytes.append(addingCapacity: 10) { room in
            var rest = number
            while rest >= 0x80 {
                room.append(UInt8(truncatingIfNeeded: rest) | 0x80)
                rest >>= 7
            }
            room.append(UInt8(rest))
        }
    }

    mutating func add(_ number: Int) { add(UInt64(number)) }

    /// Small numbers of either sign stay short.
    mutating func add(signed number: Int64) { add(UInt64(bitPattern: number << 1 ^ number >> 63)) }

    /// The count, then the bytes.
    mutating func add(_ text: some Collection<UInt8>) {
        add(text.count)
        bytes += text
    }

    /// The count, then the bytes of a range; no slice, for threads that share a text would count its users against each other.
    mutating func add(_ text: [UInt8], _ range: Range<Int>) {
        add(range.count)
        bytes.append(addingCapacity: range.count) { room in for index in range { room.append(text[index]) } }
    }

    mutating func add(raw text: some Sequence<UInt8>) { bytes += text }

    /// Gives away what was written so far, once it is this much.
    mutating func give(over count: Int, to take: ([UInt8]) throws -> Void) rethrows {
        guard bytes.count > count else { return }
        try take(bytes)
        bytes.removeAll(keepingCapacity: true)
    }

    /// The 32 bytes.
    mutating func add(_ digest: Digest) { digest.append(to: &bytes) }

    /// Seconds and nanoseconds.
    mutating func add(_ time: FileTime) {
        add(signed: time.seconds)
        add(UInt64(time.nanoseconds))
    }
}

/// Reads what `ByteEncoder` wrote; any other bytes give an error and never more memory than they have themselves.
struct ByteDecoder {
    let bytes: [UInt8]
    private(set) var position: Int
    private let subject: String

    /// `position`: where to begin.
    init(_ bytes: [UInt8], of subject: String, at position: Int = 0) {
        (self.bytes, self.subject, self.position) = (bytes, subject, position)
    }

    var isAtEnd: Bool { position == bytes.count }

    /// An error that says what the bytes should have been.
    func damaged(_ detail: String) -> BerthError {
        BerthError(
            .damaged, "\(subject) is damaged: \(detail)", done: "nothing of it was used",
            remedy: "run `berth store check --read-data`; the entry will count as a miss")
    }

    mutating func number() throws -> UInt64 {
        // Most are small.
        if position < bytes.count, bytes[position] < 0x80 {
            defer { position += 1 }
            return UInt64(bytes[position])
        }
        var (value, shift): (UInt64, UInt64) = (0, 0)
        while position < bytes.count, shift < 64 {
            let byte = bytes[position]
            position += 1
            guard shift < 63 || byte <= 1 else { break }
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
        throw damaged("a number has no end")
    }

    /// A number that must be within bounds.
    mutating func number(upTo limit: Int) throws -> Int {
        let value = try number()
        guard limit >= 0, value <= UInt64(limit) else { throw damaged("the number \(value) is larger than \(limit)") }
        return Int(value)
    }

    /// How many things follow that take at least so many bytes each.
    mutating func count(ofAtLeast size: Int) throws -> Int { try number(upTo: (bytes.count - position) / max(1, size)) }

    mutating func signed() throws -> Int64 {
        let value = try number()
        return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
    }

    mutating func text(upTo limit: Int) throws -> [UInt8] { try raw(number(upTo: limit)) }

    /// Where a text stands.
    mutating func place(upTo limit: Int) throws -> Range<Int> {
        let count = try number(upTo: limit)
        guard count <= bytes.count - position else { throw damaged("it ends too early") }
        defer { position += count }
        return position..<(position + count)
    }

    /// Where some things of so many bytes each stand.
    mutating func places(_ count: Int, of size: Int) throws -> Range<Int> {
        guard count <= (bytes.count - position) / size else { throw damaged("it ends too early") }
        defer { position += count * size }
        return position..<(position + count * size)
    }

    /// The same bytes, read from another place on.
    func at(_ position: Int) -> ByteDecoder { ByteDecoder(bytes, of: subject, at: position) }

    mutating func digest() throws -> Digest {
        guard bytes.count - position >= 32 else { throw damaged("it ends too early") }
        defer { position += 32 }
        return Digest(bytes, at: position)
    }

    mutating func time() throws -> FileTime {
        FileTime(seconds: try signed(), nanoseconds: Int64(try number(upTo: 999_999_999)))
    }

    mutating func raw(_ count: Int) throws -> [UInt8] {
        guard count <= bytes.count - position else { throw damaged("it ends too early") }
        defer { position += count }
        return Array(bytes[position..<(position + count)])
    }
}
