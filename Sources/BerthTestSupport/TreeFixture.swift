internal import BerthSystem
internal import Foundation
package import SystemPackage

/// Files, links and folders by their path: `["bin/sh": .link("dash"), "etc/motd": "hello\n", "tmp": .folder]`.
///
/// Folders on the way to a path need no entry of their own.
package struct Tree: Equatable, Sendable {
    /// What stands at one path.
    package enum Node: Equatable, Sendable {
        case file([UInt8], mode: UInt16)
        case link(String)
        case folder
    }

    package var nodes: [String: Node]

    /// Makes the nodes below a folder, which must exist.
    package func write(to root: FilePath) throws {
        for (name, node) in nodes.sorted(by: { $0.key < $1.key }) {
            let path = root.pushing(FilePath(name))
            try Files.makeDirectory(path.removingLastComponent())
            switch node {
            case .file(let bytes, let mode):
                try Files.writeAtomically(bytes, to: path, mode: UInt32(mode))
            case .link(let target):
                try FileManager.default.createSymbolicLink(atPath: path.string, withDestinationPath: target)
            case .folder: try Files.makeDirectory(path)
            }
        }
    }
}

extension Tree {
    /// What is below a folder; a folder counts only when it is empty, as in a literal.
    package init(reading root: FilePath) throws {
        nodes = [:]
        try read(root, as: "")
    }

    private mutating func read(_ folder: FilePath, as prefix: String) throws {
        for name in try Files.list(folder) {
            let path = folder.appending(name)
            guard let facts = try Files.facts(path) else { continue }
            switch facts.kind {
            case .file: nodes[prefix + name] = .file(try Files.read(path), mode: facts.mode)
            case .symlink:
                let target = try FileManager.default.destinationOfSymbolicLink(atPath: path.string)
                nodes[prefix + name] = .link(target)
            case .directory where try Files.list(path).isEmpty: nodes[prefix + name] = .folder
            case .directory: try read(path, as: prefix + name + "/")
            case .other: throw BerthError(.failed, "neither file, link nor folder", place: path.string)
            }
        }
    }
}

extension Tree: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral elements: (String, Node)...) {
        nodes = Dictionary(elements) { _, last in last }
    }
}

extension Tree.Node: ExpressibleByStringLiteral {
    /// A text file that its owner may write.
    package init(stringLiteral text: String) { self = .file(Array(text.utf8), mode: 0o644) }

    /// A text file that is not a literal.
    package static func text(_ text: String) -> Tree.Node { .file(Array(text.utf8), mode: 0o644) }

    /// A script that anybody may run.
    package static func program(_ text: String) -> Tree.Node { .file(Array(text.utf8), mode: 0o755) }
}
