internal import BerthSystem

/// What a member of a manifest is on the disk.
struct FileNote: Sendable {
    let member: Int
    let permissions: UInt16
    let state: FileState

    init(member: Int, permissions: UInt16, state: FileState) {
        (self.member, self.permissions, self.state) = (member, permissions, state)
    }

    init(member: Int, facts: EntryFacts) {
        self.init(member: member, permissions: facts.permissions, state: FileState(facts))
    }
}
