internal import BerthArchive

/// One choice for a command that several packages provide, as `update-alternatives --install` registers it.
package struct Alternative: Codable, Sendable, Equatable {
    /// A further link that follows the choice.
    package struct Slave: Codable, Sendable, Equatable {
        package let link: String
        package let name: String
        package let path: String
    }

    package let link: String
    package let name: String
    package let path: String
    package let priority: Int
    package let slaves: [Slave]
}

/// Reads alternatives out of a postinst's text; the script is never run.
///
/// Understands what Debian's packages write: continued lines, `for VAR in WORDS` loops over literal words, and the
/// helper of xz-utils that prints `--slave` for (folder, name, target).
enum AlternativeReader {
    static func read(_ script: String) -> [Alternative] {
        let joined = script.replacing("\\\n", with: " ").replacing("$DPKG_ROOT", with: "")
        return ShellLoops.unrolled(joined)
            .filter { $0.contains("update-alternatives") && $0.contains("--install") }
            .compactMap { parse(words($0)) }
    }

    private static func words(_ command: String) -> [String] {
        command.replacing("$(", with: " ").replacing(")", with: " ").split(whereSeparator: \.isWhitespace)
            .map { $0.trimmingPrefix("\"") }.map { $0.hasSuffix("\"") ? String($0.dropLast()) : String($0) }
    }

    private static func parse(_ words: [String]) -> Alternative? {
        guard let start = words.firstIndex(of: "--install"), words.count > start + 4,
            let priority = Int(words[start + 4]), isPath(words[start + 1]), isPath(words[start + 3])
        else { return nil }
        var slaves: [Alternative.Slave] = []
        var index = start + 5
        while index + 3 < words.count {
            let operands = words[(index + 1)...(index + 3)].map(\.self)
            switch words[index] {
            case "--slave":
                slaves.append(.init(link: operands[0], name: operands[1], path: operands[2]))
            case "slave":
                slaves.append(
                    .init(
                        link: "\(operands[0])/\(operands[1])", name: operands[1], path: "\(operands[0])/\(operands[2])")
                )
            default:
                index += 1
                continue
            }
            index += 4
        }
        return Alternative(
            link: words[start + 1], name: words[start + 2], path: words[start + 3], priority: priority,
            slaves: slaves.filter { isPath($0.link) && isPath($0.path) })
    }

    private static func isPath(_ word: String) -> Bool { word.hasPrefix("/") && !word.contains("$") }
}

/// Unrolls `for VAR in a b c; do …; done` over literal words, and splits the text into commands.
enum ShellLoops {
    static func unrolled(_ script: String) -> [String] {
        var commands: [String] = []
        var depth = 0
        for line in expanded(script.split(separator: "\n").map(String.init)) {
            let text = line.split(separator: "#", omittingEmptySubsequences: false).first.map(String.init) ?? ""
            if depth > 0, let last = commands.popLast() {
                commands.append(last + " " + text)
            } else {
                commands.append(text)
            }
            depth += text.count { $0 == "(" } - text.count { $0 == ")" }
            depth = max(0, depth)
        }
        return commands
    }

    private static func expanded(_ lines: [String]) -> [String] {
        var result: [String] = []
        var index = 0
        while index < lines.count {
            let words = lines[index].split { $0.isWhitespace || $0 == ";" }.map(String.init)
            guard words.count > 3, words[0] == "for", words[2] == "in",
                let end = lines[index...].firstIndex(where: { $0.trimmed == "done" || $0.trimmed.hasPrefix("done ") })
            else {
                result.append(lines[index])
                index += 1
                continue
            }
            let body = lines[(index + 1)..<end].filter { $0.trimmed != "do" }
            for value in words[3...] where value != "do" && !value.hasPrefix("$") {
                result += body.map {
                    $0.replacing("${\(words[1])}", with: value).replacing("$\(words[1])", with: value)
                }
            }
            index = end + 1
        }
        return result
    }
}

extension String {
    /// Without white space at both ends.
    var trimmed: String {
        String(drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
    }
}
