internal import BerthArchive
internal import BerthSystem

/// Checks the tools of a lock, which a person may have edited.
enum ToolCheck {
    static func check(_ tools: [LockedTool], place: String) throws {
        for tool in tools {
            guard (0..<100).contains(tool.choice), LockCheck.isWord(tool.name, also: "+.-"), !tool.files.isEmpty else {
                throw LockCheck.broken("the tool \(tool.name.escaped) has an impossible name, choice or no file", place)
            }
            for file in tool.files { try check(file, place) }
        }
    }

    private static func check(_ file: LockedToolFile, _ place: String) throws {
        guard LockCheck.isWord(file.name, also: "@/._+-"), LockCheck.isWord(file.version, also: "+.!-_~"),
            !file.fileName.isEmpty, !file.fileName.contains("/"), file.size.value > 0
        else {
            throw LockCheck.broken("the file \(file.fileName.escaped) has an impossible name, version or size", place)
        }
        guard (file.kind == .npm) == (file.integrity != nil && file.location != nil) else {
            throw LockCheck.broken(
                "\(file.fileName.escaped) is no \(file.kind.rawValue) with what belongs to one", place)
        }
        guard file.kind != .wheel || file.fileName.hasSuffix(".whl") else {
            throw LockCheck.broken("\(file.fileName.escaped) is not a wheel's file name", place)
        }
    }
}
