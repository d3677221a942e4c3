/// A requirement as PEP 508 and pip write it: a name with versions, an address, or a path; and when it is wanted.
struct RequirementText {
    enum What {
        /// `name==1.0`; the specifier without blanks.
        case named(String, specifier: String)
        /// `name @ https://…`, or an address alone.
        case address(name: String?, String)
        /// A file or folder beside the requirements file.
        case path(String)
    }

    let what: What
    /// Normalised and sorted.
    let extras: [String]
    /// With single blanks; empty for always.
    let marker: String

    init(_ text: String) throws(RequirementFault) {
        let isAddress = SourceText.origin(String(text.prefix { !" ;[".contains($0) })) != nil || text.hasPrefix("file:")
        let name = text.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) }
        let bracketed = try Self.extras(text[name.endIndex...])
        if !isAddress, PythonName.isValid(name), bracketed.rest.first == "@" {
            let (address, marker) = Self.splitAddress(bracketed.rest.dropFirst())
            what = .address(name: PythonName.normalised(name), try Self.filled(address, text))
            (self.extras, self.marker) = (bracketed.extras, marker)
        } else if isAddress || Self.isPath(text) {
            let (place, marker) = Self.splitAddress(text[...])
            let ending = try Self.trailingExtras(place)
            what = isAddress ? .address(name: nil, ending.place) : .path(ending.place)
            (self.extras, self.marker) = (ending.extras, marker)
        } else {
            guard PythonName.isValid(name) else { throw RequirementFault("\"\(text)\" is not a requirement") }
            let parts = bracketed.rest.split(separator: ";", maxSplits: 1, omittingEmptySubsequences: false)
            let specifier = parts[0].filter { $0 != " " && $0 != "\t" && $0 != "(" && $0 != ")" }
            what = .named(PythonName.normalised(name), specifier: specifier)
            (self.extras, marker) = (bracketed.extras, Self.plain(parts.count == 2 ? parts[1] : ""))
        }
    }

    /// The version that a specifier pins with `==` or `===`; nil for all others.
    static func pin(_ specifier: String) -> String? {
        guard specifier.hasPrefix("=="), !specifier.contains(",") else { return nil }
        let version = specifier.drop { $0 == "=" }
        let isPlain = version.utf8.allSatisfy { unit in
            (0x30...0x39).contains(unit) || (0x41...0x5A).contains(unit) || (0x61...0x7A).contains(unit)
                || [0x2B, 0x2D, 0x2E, 0x5F, 0x21].contains(unit)
        }
        return version.isEmpty || !isPlain ? nil : String(version)
    }

    /// The name at the beginning of a requirement, normalised; empty when there is none.
    static func leadingName(_ text: String) -> String {
        PythonName.normalised(text.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) })
    }

    /// Reads `[a,b]`, if it stands here; the rest comes without blanks before it.
    private static func extras(
        _ text: Substring
    ) throws(RequirementFault) -> (extras: [String], rest: Substring) {
        let rest = text.drop { $0 == " " || $0 == "\t" }
        guard rest.first == "[" else { return ([], rest) }
        guard let end = rest.firstIndex(of: "]") else { throw RequirementFault("extras without a closing bracket") }
        let names = rest[..<end].dropFirst().split(separator: ",").map { $0.filter { $0 != " " && $0 != "\t" } }
        guard names.allSatisfy({ PythonName.isValid($0) }) else {
            throw RequirementFault("\"\(rest[...end])\" are not names of extras")
        }
        let after = rest[rest.index(after: end)...].drop { $0 == " " || $0 == "\t" }
        return (names.map { PythonName.normalised($0) }.sorted(), after)
    }

    private static func trailingExtras(
        _ place: String
    ) throws(RequirementFault) -> (place: String, extras: [String]) {
        guard place.last == "]", let start = place.lastIndex(of: "[") else { return (place, []) }
        return (try filled(String(place[..<start]), place), try extras(place[start...]).extras)
    }

    /// An address may hold a semicolon: only one after a blank begins a marker.
    private static func splitAddress(_ text: Substring) -> (place: String, marker: String) {
        guard let mark = text.firstRange(of: " ;") ?? text.firstRange(of: "; ") else { return (plain(text), "") }
        return (plain(text[..<mark.lowerBound]), plain(text[mark.upperBound...]))
    }

    private static func filled(_ place: String, _ text: String) throws(RequirementFault) -> String {
        if place.isEmpty { throw RequirementFault("\"\(text)\" has no address") }
        return place
    }

    private static func plain(_ text: some StringProtocol) -> String {
        text.split { $0 == " " || $0 == "\t" }.joined(separator: " ")
    }

    private static func isPath(_ text: String) -> Bool {
        let place = splitAddress(text[...]).place
        let bare = place.prefix { $0 != "[" && $0 != ";" }
        return bare.hasPrefix(".") || bare.contains("/") || RequirementPlace.isArchive(String(bare))
    }
}
