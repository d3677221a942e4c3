internal import BerthStore
internal import BerthSystem
internal import SystemPackage

extension BerthError {
    /// The same in the words for a job's own folder, where it is about one, and not about the store.
    ///
    /// `store`: nil where a service has it.
    func outside(_ store: Store?, remedy: String) -> BerthError {
        guard isForbidden, status == .storeMissing, let place else { return self }
        if let store, FilePath(place).starts(with: store.root) { return self }
        var error = self
        (error.status, error.remedy) = (.failed, remedy)
        return error
    }

    /// What to do about a place that cannot be restored to.
    static var unwritablePlace: String {
        "make the folder writable for this user, or restore to another place with --path LABEL=PATH"
    }
    /// What to do about a path that cannot be saved.
    static var unreadablePath: String { "make it readable for this user, or leave it out (exclude in the profile)" }
}
