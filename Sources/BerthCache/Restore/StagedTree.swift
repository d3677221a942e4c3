internal import BerthSystem
internal import SystemPackage

/// A tree on its way to its place: filled beside it, then renamed; what was there is moved aside until all is done.
final class StagedTree: Landing {
    let destination: FilePath
    let parent: Folder
    let name: Folder.Name
    /// Where it is filled.
    let stage: Folder.Name
    /// Where what was there before is put.
    private let aside: Folder.Name

    init(_ destination: FilePath, _ parent: Folder, _ name: Folder.Name) throws {
        (self.destination, self.parent, self.name) = (destination, parent, name)
        let names = AsideNames(name)
        (stage, aside) = (try names.fresh(.filling), try names.fresh(.before))
        try names.sweep(parent)
    }

    var place: (parent: Folder, name: Folder.Name) { (parent, name) }

    func install() throws {
        let hadOne = try parent.facts(name) != nil
        if hadOne { try parent.rename(name, to: aside, in: parent) }
        do { try parent.rename(stage, to: name, in: parent) } catch {
            if hadOne { try putBack(after: error) }
            throw error
        }
    }

    private func putBack(after cause: any Error) throws {
        do { try parent.rename(aside, to: name, in: parent) } catch {
            throw BerthError(
                .failed, "somebody else took the place while it was being filled", place: destination.string,
                done: "what was there before lies in \(parent.place(aside))", remedy: "rename it back by hand",
                cause: cause)
        }
    }

    func takeBack() throws {
        if try parent.facts(name) != nil { try parent.rename(name, to: stage, in: parent) }
        if try parent.facts(aside) != nil { try parent.rename(aside, to: name, in: parent) }
    }

    func forget() -> String? {
        do {
            try remove(aside)
            return nil
        } catch { return "what was there before could not be removed: \(parent.place(aside).escaped): \(error)" }
    }

    func discard() { try? remove(stage) }

    /// A subvolume goes at once, where this user may do that.
    private func remove(_ name: Folder.Name) throws {
        guard try parent.facts(name)?.kind != .folder || !parent.removeSubvolume(name) else { return }
        try parent.removeTree(name)
    }
}
