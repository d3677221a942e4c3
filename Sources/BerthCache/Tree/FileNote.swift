internal import BerthSystem

/// What a file of a manifest is on the disk.
struct FileNote: Sendable {
    let member: Int
    let state: FileState

    init(member: Int, state: FileState) { (self.member, self.state) = (member, state) }

    init(member: Int, facts: EntryFacts) { self.init(member: member, state: FileState(facts)) }
}
