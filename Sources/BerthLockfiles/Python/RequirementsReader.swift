internal import BerthDocument

/// Reads pip's requirements files with the files that they include; what they don't pin for good is a fault, as pip
/// would choose it anew at each installation.
final class RequirementsReader {
    /// More files than any project has; ends circles too.
    private static let mostFiles = 200

    private let including: IncludedFile?
    private let draft = LockDraft()
    private var files = 0
    private var bytesLeft = TOMLDocument.usualLimit
    private var open: [String] = []
    /// Requirements that come from an index: which one is known only at the end.
    private var indexed: [LockEntry] = []
    private var hasRequirements = false
    private var indexes = RequirementIndexes()

    init(including: IncludedFile?) { self.including = including }

    func read(_ bytes: [UInt8], file: String) throws -> LockedDependencies {
        try take(bytes, file, isConstraint: false)
        if !hasRequirements, draft.faults.isEmpty {
            draft.faults.add(
                "the file names no requirement; it may be cut, or not be a requirements file",
                at: DocumentPlace(file: file, line: 1, column: 1))
        }
        for var entry in indexed {
            entry.source = indexes.source
            draft.add(entry)
        }
        return try draft.result(.requirements)
    }

    private func take(_ bytes: [UInt8], _ file: String, isConstraint: Bool) throws {
        files += 1
        _ = try StrictText.decode(bytes, file: file, limit: bytesLeft)
        bytesLeft -= bytes.count
        open.append(file)
        for line in RequirementLines.split(bytes, file: file, draft.faults) {
            do { try self.line(line, file, isConstraint) } catch let fault as RequirementFault {
                draft.faults.add(fault.message, at: line.place)
            }
        }
        open.removeLast()
    }

    private func line(_ line: RequirementLine, _ file: String, _ isConstraint: Bool) throws {
        if !line.text.hasPrefix("-") {
            let (text, options) = Self.parts(line.text)
            return try add(text, GivenOption.all(in: options), line.place, isConstraint)
        }
        let given = try GivenOption.all(in: line.text)
        if let editable = given.first, editable.option.meaning == .editable {
            return try add(editable.value, Array(given.dropFirst()), line.place, isConstraint, isEditable: true)
        }
        for option in given { try self.option(option, line.place, file, isConstraint) }
    }

    /// A requirement ends where the first word with a hyphen begins: its options.
    private static func parts(_ line: String) -> (requirement: String, options: String) {
        var last: UInt8 = 0x20
        for index in line.utf8.indices {
            if line.utf8[index] == UInt8(ascii: "-"), RequirementLines.isBlank(last) {
                return (String(line[..<index]), String(line[index...]))
            }
            last = line.utf8[index]
        }
        return (line, "")
    }

    private func option(_ given: GivenOption, _ place: DocumentPlace, _ file: String, _ isConstraint: Bool) throws {
        switch given.option.meaning {
        case .include: try include(given.value, from: file, place, isConstraint: isConstraint)
        case .constraint: try include(given.value, from: file, place, isConstraint: true)
        case .index: indexes.main = given.value
        case .moreIndex: indexes.more.insert("and \(given.value)")
        case .findLinks: indexes.more.insert("links of \(given.value)")
        case .noIndex: indexes.isOff = true
        case .noted: draft.note(given.option.name, given.value, at: place)
        case .ignored: break
        case .editable, .hash:
            throw RequirementFault("\(given.option.name) stands without a requirement")
        }
    }

    private func include(
        _ named: String, from file: String, _ place: DocumentPlace, isConstraint: Bool
    ) throws {
        guard SourceText.origin(named) == nil else {
            throw RequirementFault("what \"\(SourceText.withoutCredentials(named))\" holds can change; include a file")
        }
        guard let including else {
            throw RequirementFault(
                "the file includes \"\(named)\", and what that pins is not known from this file alone; "
                    + "write one file with all of it, or key by files")
        }
        let path = RelativePath.join(file, named)
        guard !open.contains(path), files < Self.mostFiles else {
            throw RequirementFault("\"\(named)\" includes itself, or too many files include each other")
        }
        try take(including(path), path, isConstraint: isConstraint)
    }

    private func add(
        _ text: String, _ options: [GivenOption], _ place: DocumentPlace, _ isConstraint: Bool,
        isEditable: Bool = false
    ) throws(RequirementFault) {
        let requirement = try RequirementText(text)
        guard !isConstraint else {
            return draft.note("constraint", ([text] + options.map(\.value).sorted()).joined(separator: " "), at: place)
        }
        hasRequirements = true
        let made = try RequirementEntry(requirement, options, place, isEditable).made()
        if made.isIndexed { indexed.append(made.entry) } else { draft.add(made.entry) }
    }
}

/// Where packages without an address of their own come from.
private struct RequirementIndexes {
    var main = ""
    var more: Set<String> = []
    var isOff = false

    var source: String { ([isOff ? "no index" : main] + more.sorted()).joined(separator: " ") }
}
