internal import BerthSystem
internal import Foundation

/// A Packages file in memory: found by name at once, read stanza by stanza only when one is asked for.
///
/// The 56 MB of a suite's index are scanned with strstr(3) and memchr(3), never byte by byte in Swift.
package struct PackagesIndex: Sendable {
    /// Where the index comes from.
    let origin: DebianIndexOrigin
    /// The file's bytes with a NUL behind them.
    private let bytes: [UInt8]
    /// Stanzas by package name, in file order.
    private let ranges: [String: [Range<Int>]]
    /// Every Provides line, for searching; with a NUL behind.
    private let provides: [UInt8]
    /// For each Provides line: where it starts in `provides`, and where its stanza starts in `bytes`.
    private let providers: [(line: Int, stanza: Range<Int>)]

    /// Indexes the plain bytes of a Packages file; throws `.damaged` when it holds a NUL or a stanza without a name.
    package init(_ plain: consuming [UInt8], origin: DebianIndexOrigin) throws {
        var bytes = plain
        bytes.append(0)
        self.origin = origin
        guard bytes.offset(of: 0, from: 0) == bytes.count - 1 else {
            throw BerthError(.damaged, "the package index of \(origin.suite) is not text")
        }
        var ranges: [String: [Range<Int>]] = [:]
        var starts: [Range<Int>] = []
        var start = 0
        while start < bytes.count - 1 {
            let end = bytes.offset(of: "\n\n", from: start).map { $0 + 1 } ?? bytes.count - 1
            if let name = Self.name(bytes, start..<end) {
                ranges[name, default: []].append(start..<end)
                starts.append(start..<end)
            } else if end - start > 1 {
                throw BerthError(.damaged, "the package index of \(origin.suite) has a stanza that names no package")
            }
            start = end + 1
        }
        (provides, providers) = Self.collectProvides(bytes, starts)
        self.bytes = bytes
        self.ranges = ranges
    }

    /// The size of the plain file in bytes.
    var size: Int { bytes.count - 1 }

    /// How many stanzas there are.
    package var count: Int { ranges.values.reduce(0) { $0 + $1.count } }

    /// The stanzas of a package, in file order.
    func stanzas(of name: String) -> [Stanza] { (ranges[name] ?? []).map(stanza) }

    /// The text of a package's stanza, without a line end behind; nil where the index does not have that version.
    func text(of package: DebianPackage) -> String? {
        let range = ranges[package.name]?.first { range in
            let stanza = stanza(range)
            return stanza["Version"] == package.version.text && stanza["Architecture"] == package.architecture
        }
        return range.map { String(bytes.text($0).trimmed) }
    }

    /// Names of the packages that are `Essential: yes`, in file order.
    func essentialNames() -> [String] {
        var names: [String] = []
        var position = 0
        while let hit = bytes.offset(of: "\nEssential: yes", from: position) {
            position = hit + 1
            guard let start = bytes.lastLineStart("Package: ", before: position) else { continue }
            if let name = Self.name(bytes, start..<bytes.count - 1) { names.append(name) }
        }
        return names
    }

    /// Names of the packages whose Provides field holds a name, in file order.
    func providerNames(of name: String) -> [String] {
        var names: [String] = []
        var position = 0
        while let hit = provides.offset(of: name, from: position) {
            position = hit + 1
            guard provides.isWord(hit..<hit + name.utf8.count) else { continue }
            let owner = providers[line(at: hit)]
            if let name = Self.name(bytes, owner.stanza), names.last != name { names.append(name) }
        }
        return names
    }

    /// Where a name is written first, in bytes: as a package's own, or in a relation; nil when nowhere.
    ///
    /// apt numbers packages in this order, and takes the later of two equal providers.
    func firstMention(of name: String) -> Int? {
        var position = 0
        while let hit = bytes.offset(of: name, from: position) {
            position = hit + 1
            let range = hit..<hit + name.utf8.count
            // `python3:any` is a package of its own for apt.
            guard bytes.isWord(range), bytes[range.upperBound] != UInt8(ascii: ":"), isRelation(at: hit) else {
                continue
            }
            return hit
        }
        return nil
    }

    private func isRelation(at hit: Int) -> Bool {
        var start = hit
        while start > 0 && bytes[start - 1] != 0x0A { start -= 1 }
        let line = bytes[start..<hit]
        return Self.relationFields.contains { line.starts(with: $0.utf8) }
    }

    private static let relationFields = [
        "Package: ", "Pre-Depends: ", "Depends: ", "Conflicts: ", "Breaks: ", "Recommends: ", "Suggests: ",
        "Replaces: ", "Enhances: ", "Provides: ",
    ]

    private func stanza(_ range: Range<Int>) -> Stanza { Stanza(text: bytes.text(range)) }

    private func line(at offset: Int) -> Int {
        var low = 0
        var high = providers.count
        while low < high {
            let middle = (low + high) / 2
            if providers[middle].line <= offset { low = middle + 1 } else { high = middle }
        }
        return low - 1
    }

    /// The name in a stanza's Package field, which the archive always writes first.
    private static func name(_ bytes: [UInt8], _ stanza: Range<Int>) -> String? {
        let end = bytes.offset(of: 0x0A, from: stanza.lowerBound) ?? bytes.count - 1
        let line = bytes.text(stanza.lowerBound..<min(end, stanza.upperBound))
        return line.hasPrefix("Package: ") ? String(line.dropFirst(9).trimmed) : nil
    }

    private static func collectProvides(
        _ bytes: [UInt8], _ stanzas: [Range<Int>]
    ) -> ([UInt8], [(line: Int, stanza: Range<Int>)]) {
        var text: [UInt8] = []
        var owners: [(line: Int, stanza: Range<Int>)] = []
        var position = 0
        var index = 0
        while let hit = bytes.offset(of: "\nProvides: ", from: position) {
            let end = bytes.offset(of: 0x0A, from: hit + 1) ?? bytes.count - 1
            while index < stanzas.count && stanzas[index].upperBound <= hit { index += 1 }
            owners.append((text.count, stanzas[min(index, stanzas.count - 1)]))
            text += bytes[(hit + 11)..<end]
            text.append(0x0A)
            position = end
        }
        return (text + [0], owners)
    }
}
