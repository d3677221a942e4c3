internal import BerthArchive
internal import BerthSystem
internal import SystemPackage

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
        mark = Digest.of(Array(name.bytes)).short
    }

    /// How the name of a file begins that only tries what a file system can do.
    static let probe = "berth-probe"

    /// Whether a killed process tried with this file what a file system can do.
    static func isLeftProbe(_ name: Folder.Name) -> Bool {
        let parts = name.string.split(separator: ".")
        guard parts.count == 3, parts[0] == probe, let process = Int32(parts[1]) else { return false }
        return !Machine.isRunning(process)
    }

    /// A name for one file among those of a tree, for a moment.
    static func any() throws -> Folder.Name { try AsideNames("file").fresh(.filling) }

    func fresh(_ purpose: Purpose) throws -> Folder.Name {
        let random = UInt64.random(in: .min ... .max)
        let text = ".berth-\(purpose.rawValue).\(mark).\(Machine.processIdentifier).\(random)"
        guard let name = Folder.Name(text) else { throw BerthError(.failed, "a name of Berth's own is none") }
        return name
    }

    /// Clears up after processes that were killed: puts back what was there where its place is empty.
    func sweep(_ folder: Folder) throws {
        for found in try folder.names() {
            if Self.isLeftProbe(found) { _ = try? folder.remove(found) }
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
