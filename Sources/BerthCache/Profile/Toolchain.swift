internal import BerthSystem

/// What a cached thing depends on besides what is locked, as a profile names it.
package enum ToolchainFact: String, Sendable, Hashable, CaseIterable {
    /// `linux` or `macos`.
    case system = "os"
    /// `amd64` or `arm64`.
    case architecture = "arch"
    /// `glibc 2.36`, `musl`, `macos 26`.
    case libc
    /// Implementation and minor version: `cpython 3.11`.
    case python
    case pythonVersion = "python-version"
    case pythonABI = "python-abi"
    /// Where the interpreter itself lies, links resolved; that of a virtual environment is the one it was made with.
    case pythonPath = "python-path"
    /// The major version.
    case node
    case nodeVersion = "node-version"
    /// `NODE_MODULE_VERSION`.
    case nodeABI = "node-abi"
    /// Major versions, as stores and caches have them in the names of their folders.
    case npm
    case pnpm
    case yarn
    /// The minor version: uv renames the folders of its cache with those.
    case uv
    /// Where the tree lies for the job: launchers of a virtual environment have it in their first line.
    case place

    /// The facts of a machine that it is made from.
    var names: [String] {
        switch self {
        case .system, .architecture, .libc, .pythonVersion, .pythonABI, .pythonPath, .nodeVersion, .nodeABI: [rawValue]
        case .python: ["python-implementation", "python-version"]
        case .node: ["node-version"]
        case .npm, .pnpm, .yarn, .uv: [rawValue + "-version"]
        case .place: []
        }
    }
}

/// The facts of one machine by name, plain texts, so that a client can send them.
///
/// Names and how a shell gets them: docs/reference/profiles.md.
package struct Toolchain: Sendable, Hashable {
    /// By name, as they were collected: `python-version` is `3.11.2`.
    package private(set) var facts: [String: String]

    /// All names that may be stated or sent.
    package static let names = [
        "os", "arch", "libc", "python-implementation", "python-version", "python-abi", "python-path", "node-version",
        "node-abi", "npm-version", "pnpm-version", "yarn-version", "uv-version",
    ]

    /// Checks names and texts; throws `.usage`.
    package init(_ facts: [String: String]) throws {
        for (name, value) in facts.sorted(by: { $0.key < $1.key }) {
            guard Self.names.contains(name) else {
                throw BerthError(
                    .usage, "\"\(name.prefix(80).description.escaped)\" is no fact of a toolchain",
                    remedy: "known are: \(Self.names.joined(separator: ", "))")
            }
            let isPlain = value.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
            guard !value.isEmpty, value.utf8.count <= 4096, isPlain else {
                throw BerthError(
                    .usage, "the fact \(name) has no usable text", place: String(value.prefix(80)).escaped,
                    remedy: "one line of at most 4,096 bytes is needed")
            }
        }
        self.facts = facts
        if let system = facts["os"] { self.facts["os"] = Self.system(system) }
        if let architecture = facts["arch"] { self.facts["arch"] = Self.architecture(architecture) }
    }

    /// With other facts in the place of its own.
    package func stating(_ others: [String: String]) throws -> Toolchain {
        try Toolchain(facts.merging(others) { $1 })
    }

    /// As `uname -s` or anybody else says it.
    private static func system(_ text: String) -> String {
        ["darwin": "macos", "macos": "macos", "linux": "linux"][text.lowercased()] ?? text.lowercased()
    }

    /// As `uname -m` or anybody else says it.
    private static func architecture(_ text: String) -> String {
        let known = ["x86_64": "amd64", "x64": "amd64", "amd64": "amd64", "aarch64": "arm64", "arm64": "arm64"]
        return known[text.lowercased()] ?? text.lowercased()
    }

    /// A fact's text; throws `.usage` where nobody has collected what it is made from.
    ///
    /// `place` is no fact of a machine.
    package func value(of fact: ToolchainFact) throws -> String {
        switch fact {
        case .system, .architecture, .libc, .pythonVersion, .pythonABI, .pythonPath, .nodeVersion, .nodeABI, .place:
            try required(fact.rawValue, for: fact)
        case .python:
            "\(try required("python-implementation", for: fact)) \(try version("python-version", 2, for: fact))"
        case .node: try version("node-version", 1, for: fact)
        case .npm, .pnpm, .yarn: try version(fact.rawValue + "-version", 1, for: fact)
        case .uv: try version("uv-version", 2, for: fact)
        }
    }

    /// The first numbers of a version.
    private func version(_ name: String, _ count: Int, for fact: ToolchainFact) throws -> String {
        let text = try required(name, for: fact)
        let numbers = text.drop { $0 == "v" }.prefix { $0.isASCII && $0.isNumber || $0 == "." }.split(separator: ".")
        guard numbers.count >= count else {
            throw BerthError(
                .usage, "the \(name) \"\(text.escaped)\" is no version",
                remedy: "state it: --toolchain \(name)=VERSION")
        }
        return numbers.prefix(count).joined(separator: ".")
    }

    private func required(_ name: String, for fact: ToolchainFact) throws -> String {
        if let value = facts[name] { return value }
        throw BerthError(
            .usage, "the key depends on \(fact.rawValue), and the \(name) is not known",
            place: "the program was not found, or did not answer",
            remedy: "run this after the step that installs it, or state it: --toolchain \(name)=…")
    }

    /// The part of a key that names a fact, for people; nil where it would say nothing.
    func short(_ fact: ToolchainFact) throws -> String? {
        switch fact {
        case .python:
            try value(of: fact).replacing("cpython ", with: "py").replacing(" ", with: "")
        case .node, .npm, .pnpm, .yarn, .uv: try fact.rawValue + value(of: fact)
        default: nil
        }
    }
}
