/// Reads the licences of a machine-readable copyright file (DEP 5, "copyright-format 1.0"); others state none.
enum CopyrightFile {
    /// More would be of no use to anybody.
    private static let most = 200
    private static let longest = 200

    static func read(_ bytes: [UInt8]) -> PackageStatement {
        var statement = PackageStatement()
        var paragraph = Paragraph()
        var isFirst = true
        for line in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) + [[]] {
            if line.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) {
                guard !paragraph.isEmpty else { continue }
                if isFirst && !paragraph.isMachineReadable { return statement }
                if let licence = paragraph.licence, isFirst || paragraph.isAboutFiles {
                    if !statement.licences.contains(licence) { statement.licences.append(licence) }
                }
                guard statement.licences.count < most else { break }
                (isFirst, paragraph) = (false, Paragraph())
            } else {
                paragraph.see(line)
            }
        }
        return statement
    }

    /// What counts of one paragraph: a licence text of its own, without files, names nothing new.
    private struct Paragraph {
        var isEmpty = true
        var isMachineReadable = false
        var isAboutFiles = false
        var licence: String?

        mutating func see(_ line: ArraySlice<UInt8>) {
            isEmpty = false
            if let value = Self.value("format", line) ?? Self.value("format-specification", line) {
                isMachineReadable = isMachineReadable || value.contains("copyright") || value.contains("dep")
            }
            if Self.value("files", line) != nil { isAboutFiles = true }
            if let value = Self.value("license", line), !value.isEmpty, value.utf8.count <= longest { licence = value }
        }

        /// The value of a field on its first line; names compare without case.
        private static func value(_ name: String, _ line: ArraySlice<UInt8>) -> String? {
            let count = name.utf8.count
            guard line.count > count, line[line.startIndex + count] == UInt8(ascii: ":"),
                zip(line, name.utf8).allSatisfy({ $0 | 0x20 == $1 | 0x20 })
            else { return nil }
            return String(decoding: line.dropFirst(count + 1), as: UTF8.self).trimmed
        }
    }
}
