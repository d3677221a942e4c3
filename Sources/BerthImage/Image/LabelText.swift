internal import BerthSystem

/// Labels that state what is in the image: `${debian:chromium}` and `${tool:node}` become the locked versions.
enum LabelText {
    /// The recipe's labels for one platform; throws for a name that the lock has not.
    static func labels(_ recipe: Recipe, _ part: LockedPlatform) throws -> [String: String] {
        var labels: [String: String] = [:]
        for (key, text) in recipe.labels { labels[key] = try expand(text, recipe, part) }
        return labels
    }

    /// What stands in braces is a Debian package or a tool of the recipe; an optional tool may be absent.
    private static func expand(_ text: String, _ recipe: Recipe, _ part: LockedPlatform) throws -> String {
        var result = ""
        var rest = text[...]
        while let start = rest.firstRange(of: "${"), let end = rest[start.upperBound...].firstIndex(of: "}") {
            result += rest[..<start.lowerBound]
            result += try version(of: rest[start.upperBound..<end], recipe, part)
            rest = rest[rest.index(after: end)...]
        }
        return result + rest
    }

    private static func version(of name: Substring, _ recipe: Recipe, _ part: LockedPlatform) throws -> String {
        let words = name.split(separator: ":", maxSplits: 1).map(String.init)
        switch (words.first, words.last) {
        case ("debian", let package?):
            if let found = part.debian.first(where: { $0.name == package }) { return found.version }
        case ("tool", let tool?):
            if let found = part.tools?.first(where: { $0.name == tool }) { return found.version }
            if recipe.tools?.contains(where: { $0.name == tool && $0.optional != nil }) == true { return "absent" }
        default: break
        }
        throw BerthError(
            .usage, "a label asks for the version of \(String(name).escaped), which the image does not hold",
            remedy: "write ${debian:PACKAGE} or ${tool:NAME} with a name from the recipe")
    }
}
