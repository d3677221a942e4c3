internal import BerthLockfiles

/// A checkout's files as a client sent them: perhaps more than a profile reads, and fewer than its lockfiles include.
struct PostedCheckout {
    private let files: [String: PostedFile]

    init(_ files: [PostedFile]) { self.files = Dictionary(files.map { ($0.name, $0) }) { first, _ in first } }

    /// Puts into a request what counts for it, by the rules of `CheckoutSource`.
    ///
    /// Returns names that are included, did not come, and are not known to be `absent`.
    func fill(_ request: inout KeyRequest, absent: Set<String>) throws -> [String] {
        var found: [String] = []
        if request.mode == .files {
            request.hashed = try HashFiles.files(request.lockfiles, among: Array(files.values))
        } else {
            found = try KeyFiles.chosen(request.lockfiles, among: files.keys)
        }
        let patterns = KeyFiles.settings(request.profile, beside: found)
        let settings = try KeyFiles.chosen(patterns, among: files.keys).filter { !found.contains($0) }
        let included = included(by: found.filter { KeyFiles.format(of: $0) == .requirements })
        let names = found + settings
        request.files = (names + included.filter { !names.contains($0) }).compactMap { files[$0] }
        return included.filter { files[$0] == nil && !absent.contains($0) }
    }

    /// What requirements include, and what that includes.
    private func included(by names: [String]) -> [String] {
        var (found, waiting): ([String], [String]) = ([], names)
        while let next = waiting.popLast(), found.count < KeyRequest.mostFiles {
            guard let file = files[next] else { continue }
            for name in RequirementIncludes.names(in: file) where !found.contains(name) && !names.contains(name) {
                found.append(name)
                waiting.append(name)
            }
        }
        return found
    }
}
