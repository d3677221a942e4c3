internal import BerthArchive
internal import BerthSystem
internal import SystemPackage

/// The small texts in a wheel's metadata folder that an installer reads.
struct WheelTexts {
    private static let wanted = ["RECORD", "WHEEL", "METADATA", "entry_points.txt"]
    /// RECORD of the largest wheels has some MiB.
    private static let longest = 32 << 20

    private var texts: [String: String] = [:]

    init(_ path: FilePath, folder: ArchivePath, limits: ArchiveLimits) throws {
        var reader = try ArchiveReader(.zip, path, limits: limits)
        while texts.count < Self.wanted.count, let entry = try reader.next() {
            let member = entry.member.path
            guard member.parent == folder, Self.wanted.contains(member.name) else { continue }
            guard let text = String(validating: try reader.readAll(limit: Self.longest), as: UTF8.self) else {
                throw WheelFault("\(member) is not UTF-8")
            }
            texts[member.name] = text
        }
    }

    subscript(name: String) -> String? { texts[name] }

    func required(_ name: String) throws -> String {
        guard let text = texts[name] else { throw WheelFault("it has no \(name)") }
        return text
    }

    /// Checks `Wheel-Version` (1.x is known) and tells whether the root goes to purelib.
    static func checkFormat(_ text: String) throws -> Bool {
        guard let version = field("Wheel-Version", of: text) else { throw WheelFault("WHEEL lacks Wheel-Version") }
        guard version.split(separator: ".").first == "1" else {
            throw WheelFault("its format is Wheel-Version \(version); this program knows 1.x")
        }
        switch field("Root-Is-Purelib", of: text)?.lowercased() {
        case "true": return true
        case "false": return false
        default: throw WheelFault("WHEEL does not say whether Root-Is-Purelib")
        }
    }

    /// The first header of that name, compared without case; headers end at the first empty line (RFC 822).
    static func field(_ name: String, of text: String) -> String? {
        for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            if line.isEmpty { return nil }
            guard let colon = line.firstIndex(of: ":"), line[..<colon].lowercased() == name.lowercased() else {
                continue
            }
            var value = line[line.index(after: colon)...].drop(while: \.isWhitespace)
            while value.last?.isWhitespace == true { value.removeLast() }
            return value.isEmpty ? nil : String(value)
        }
        return nil
    }
}
