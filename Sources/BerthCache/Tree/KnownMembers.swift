/// Members of a walk that are as they were noted.
struct KnownMembers: Sendable {
    let members: Range<Int>
    /// What they hold, among others.
    let contents: WalkContents
    /// Which of the contents is that of the first member.
    let start: Int
}
