internal import BerthSystem
package import SystemPackage

/// One tree of an entry and where it goes.
package struct Destination: Sendable {
    /// As the entry has it.
    package let label: String
    package let path: FilePath

    package init(label: String, path: FilePath) { (self.label, self.path) = (label, path) }
}

/// A tree on its way to its place: filled beside it, then renamed; what was there is moved aside until all is done.
final class StagedTree: Sendable {
    let destination: FilePath
    let parent: Folder
    let name: Folder.Name
    /// Where it is filled.
    let stage: Folder.Name
    /// Where what was there before is put.
    private let aside: Folder.Name

    init(_ destination: FilePath) throws {
        guard let name = destination.lastComponent, name.kind == .regular else {
            throw BerthError(.usage, "a path with a name is needed", place: destination.string)
        }
        self.destination = destination
        self.name = name
        let above = destination.removingLastComponent()
        if !above.isEmpty { try Files.makeDirectory(above) }
        parent = try Folder(above.isEmpty ? "." : above)
        let unique = "\(Machine.processIdentifier)-\(UInt64.random(in: .min ... .max))"
        guard let stage = Folder.Name(".berth-restore-\(unique)"), let aside = Folder.Name(".berth-before-\(unique)")
        else { throw BerthError(.failed, "a name of its own is none") }
        (self.stage, self.aside) = (stage, aside)
    }

    /// Puts what was filled in its place; on failure what was there is there again.
    func install() throws {
        let hadOne = try parent.facts(name) != nil
        if hadOne { try parent.rename(name, to: aside, in: parent) }
        do { try parent.rename(stage, to: name, in: parent) } catch {
            if hadOne { try parent.rename(aside, to: name, in: parent) }
            throw error
        }
    }

    /// Takes `install` back.
    func takeBack() throws {
        if try parent.facts(name) != nil { try parent.rename(name, to: stage, in: parent) }
        if try parent.facts(aside) != nil { try parent.rename(aside, to: name, in: parent) }
    }

    /// Removes what was there before, once all trees are in their places.
    func forget() throws { try parent.removeTree(aside) }

    /// Removes what was filled so far.
    func discard() throws { try parent.removeTree(stage) }
}
