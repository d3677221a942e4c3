internal import Testing

/// What the house rules say of every source file.
struct SourceTests {
    @Test func `no source file is longer than 400 lines`() throws {
        for file in try Project.swift(below: "Sources") {
            let count = try file.lines.count
            #expect(count <= 400, "\(file.name) has \(count) lines: is it one concept?")
        }
    }

    @Test func `no function is longer than 60 lines`() throws {
        for file in try Project.swift(below: "Sources") {
            var open: (indent: Substring, name: Substring, line: Int)?
            for (number, line) in try file.lines.enumerated() {
                if open == nil, let start = line.firstMatch(of: #/^( *)(?:[\w@() ]+ )?(func [^(<]+|init\b)[^{]*/#),
                    !line.hasSuffix("}")
                {
                    open = (start.output.1, start.output.2, number)
                } else if let function = open, line == function.indent + "}" {
                    let length = number - function.line + 1
                    #expect(length <= 60, "\(file.name):\(function.line + 1): \(function.name) has \(length) lines")
                    open = nil
                }
            }
        }
    }

    @Test func `sources can neither crash on purpose, go round the checker, nor print past the renderers`() throws {
        let forbidden = [
            (#/\btry!|\bas!/#, "throw a BerthError instead"),
            (#/\bfatalError\(/#, "throw a BerthError instead"),
            (#/@unchecked Sendable|nonisolated\(unsafe\)|@preconcurrency/#, "let the compiler check it"),
            (#/(?:^|[^\w.])print\(|\bdebugPrint\(|\bNSLog\(/#, "output goes through BerthReport"),
            (#/\b(?:TODO|FIXME|XXX)\b/#, "finish it"),
        ]
        for file in try Project.swift(below: "Sources") {
            for (number, line) in try file.lines.enumerated() {
                for (pattern, advice) in forbidden {
                    #expect(line.firstMatch(of: pattern) == nil, "\(file.name):\(number + 1): \(advice)")
                }
            }
        }
    }

    @Test func `no test is switched off`() throws {
        let pattern = #/\.disabled\(|withKnownIssue/#
        let mine = "Tests/ProjectTests/SourceTests.swift"
        for file in try Project.swift(below: "Tests") where file.name != mine {
            for (number, line) in try file.lines.enumerated() {
                #expect(line.firstMatch(of: pattern) == nil, "\(file.name):\(number + 1)")
            }
        }
    }

    @Test func `no two files or folders differ by case only`() throws {
        var seen: [String: String] = [:]
        for file in try Project.files() {
            var parts = file.name.split(separator: "/").map(String.init)
            while !parts.isEmpty {
                let path = parts.joined(separator: "/")
                let known = seen.updateValue(path, forKey: path.lowercased())
                #expect(known == nil || known == path, "one path on macOS: \(path)")
                parts.removeLast()
            }
        }
    }
}
