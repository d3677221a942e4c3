internal import BerthArchive

/// Finds the SONAME of a 64-bit little-endian ELF library while its bytes stream by.
///
/// Keeps the head of the file (program headers and dynamic strings lie there) and the dynamic section, nothing else.
/// Source: System V ABI, "Program Header" and "Dynamic Section".
struct ELFScanner {
    private static let headLimit = 8 << 20
    private var head: [UInt8] = []
    private var position = 0
    private var segment: Range<Int>?
    private var dynamic: [UInt8] = []
    private var loads: [(address: Int, offset: Int, size: Int)] = []
    private var parsed = false

    mutating func see(_ bytes: RawSpan) {
        if head.count < Self.headLimit {
            let room = min(bytes.byteCount, Self.headLimit - head.count)
            unsafe bytes.extracting(first: room).withUnsafeBytes { unsafe head.append(contentsOf: $0) }
        }
        if !parsed && head.count >= 1024 { parseHeaders() }
        if let segment {
            let from = max(segment.lowerBound - position, 0)
            let to = min(segment.upperBound - position, bytes.byteCount)
            if from < to {
                unsafe bytes.extracting(from..<to).withUnsafeBytes { unsafe dynamic.append(contentsOf: $0) }
            }
        }
        position += bytes.byteCount
    }

    /// Whether it is an ELF shared object with a dynamic section.
    var isLibrary: Bool { head.starts(with: [0x7F, 0x45, 0x4C, 0x46, 2, 1]) && segment != nil }

    /// DT_SONAME (14), read through DT_STRTAB (5).
    var soname: String? {
        var name: Int?
        var table: Int?
        for index in stride(from: 0, to: dynamic.count - 15, by: 16) {
            switch Self.number(dynamic, index, 8) {
            case 14: name = Self.number(dynamic, index + 8, 8)
            case 5: table = Self.number(dynamic, index + 8, 8)
            case 0 where index > 0: break
            default: continue
            }
        }
        guard let name, let table, let offset = fileOffset(table), offset + name < head.count else { return nil }
        return String(decoding: head[(offset + name)...].prefix { $0 != 0 }.prefix(255), as: UTF8.self)
    }

    private mutating func parseHeaders() {
        parsed = true
        guard head.starts(with: [0x7F, 0x45, 0x4C, 0x46, 2, 1]) else { return }
        guard let start = Self.number(head, 32, 8), let size = Self.number(head, 54, 2),
            let count = Self.number(head, 56, 2), size >= 56, count < 256
        else { return }
        for index in 0..<count {
            let base = start + index * size
            guard let type = Self.number(head, base, 4), let offset = Self.number(head, base + 8, 8),
                let address = Self.number(head, base + 16, 8), let length = Self.number(head, base + 32, 8)
            else { return }
            if type == 1 { loads.append((address, offset, length)) }
            if type == 2, length <= 1 << 20 {
                segment = offset..<offset + length
                if offset < position { dynamic = Array(head[offset..<min(offset + length, position, head.count)]) }
            }
        }
    }

    private func fileOffset(_ address: Int) -> Int? {
        loads.first { $0.address <= address && address < $0.address + $0.size }.map { address - $0.address + $0.offset }
    }

    private static func number(_ bytes: [UInt8], _ offset: Int, _ width: Int) -> Int? {
        guard offset >= 0, offset <= bytes.count - width else { return nil }
        let value = (0..<width).reduce(UInt64(0)) { $0 | UInt64(bytes[offset + $1]) << UInt64(8 * $1) }
        return Int(exactly: value)
    }
}
