internal import BerthStore
internal import BerthSystem
internal import SystemPackage

extension BerthError {
    /// The same in the words for a job's own folder, where it is about one, and not about the store.
    func outside(_ store: Store, remedy: String) -> BerthError {
        guard isForbidden, status == .storeMissing, let place, !FilePath(place).starts(with: store.root) else {
            return self
        }
        var error = self
        (error.status, error.remedy) = (.failed, remedy)
        return error
    }
}
