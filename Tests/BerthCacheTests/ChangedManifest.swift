@testable import BerthCache

extension TreeManifest {
    /// Changes members that are there, as nobody but a forger does: lists only grow.
    mutating func change(_ edit: (inout [Member]) -> Void) {
        var changed = Array(members)
        edit(&changed)
        members = MemberList(changed)
    }
}
