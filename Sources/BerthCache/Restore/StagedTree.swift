internal import BerthArchive
internal import BerthSystem
internal import SystemPackage

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
        let names = AsideNames(name)
        (stage, aside) = (try names.fresh(.filling), try names.fresh(.before))
        try names.sweep(parent)
    }

    /// Puts what was filled in its place; on failure what was there is there again.
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

    /// Takes `install` back.
    func takeBack() throws {
        if try parent.facts(name) != nil { try parent.rename(name, to: stage, in: parent) }
        if try parent.facts(aside) != nil { try parent.rename(aside, to: name, in: parent) }
    }

    /// Removes what was there before, once all trees are in their places; where that fails, where it lies and why.
    func forget() -> String? {
        do {
            try parent.removeTree(aside)
            return nil
        } catch { return "what was there before could not be removed: \(parent.place(aside).escaped): \(error)" }
    }

    /// Removes what was filled so far.
    func discard() { try? parent.removeTree(stage) }
}

/// Names beside a place for what is on its way there or was there: of the place's own name, of a process, and of no other
/// restore.
struct AsideNames {
    enum Purpose: String {
        case filling = "restore"
        case before
    }

    private let name: Folder.Name
    private let mark: String

    init(_ name: Folder.Name) {
        self.name = name
        mark = Digest.of(name.bytes).short
    }

    func fresh(_ purpose: Purpose) throws -> Folder.Name {
        let random = UInt64.random(in: .min ... .max)
        let text = ".berth-\(purpose.rawValue).\(mark).\(Machine.processIdentifier).\(random)"
        guard let name = Folder.Name(text) else { throw BerthError(.failed, "a name of Berth's own is none") }
        return name
    }

    /// Clears up after processes that were killed: puts back what was there where its place is empty.
    func sweep(_ folder: Folder) throws {
        for found in try folder.names() {
            let parts = found.string.split(separator: ".")
            guard parts.count == 4, parts[1] == mark, let process = Int32(parts[2]), !Machine.isRunning(process)
            else { continue }
            switch parts[0] {
            case "berth-before" where try folder.facts(name) == nil: try folder.rename(found, to: name, in: folder)
            case "berth-before", "berth-restore": try? folder.removeTree(found)
            default: continue
            }
        }
    }
}
