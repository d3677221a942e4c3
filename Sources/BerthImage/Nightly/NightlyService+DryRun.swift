internal import BerthPackages
package import BerthReport
internal import BerthStore
internal import BerthSystem
internal import Foundation
package import SystemPackage

extension NightlyService {
    /// What `run` would do for these recipes: today's indexes are read, and nothing is changed.
    ///
    /// What can't be told for one is a note; where nothing can be told for any, the first trouble is thrown.
    package func plan(_ folders: [FilePath]) async throws -> DryRunReport {
        let done = try options.onlyIfDue ? doneSinceDue() : []
        var (steps, notes, troubles) = ([DryRunReport.Step](), [String](), [any Error]())
        let place = FilePath(FileManager.default.temporaryDirectory.path).appending("berth-\(UUID().uuidString)")
        defer { try? Files.removeTree(place) }
        let scratch = try Store.open(place)
        for folder in folders {
            let name = Self.name(of: folder)
            guard !done.contains(name) else {
                steps.append(.stay("leave \(name)", because: "a night has ended well since the last due time"))
                continue
            }
            do {
                steps += try await NightlyForesight(service: self, folder: folder, scratch: scratch).steps()
            } catch {
                notes.append("\(name): \(NightlyReport.Failure(error).what)")
                troubles.append(error)
            }
        }
        if let first = troubles.first, troubles.count == folders.count { throw first }
        if let reason = await reasonToWait() { notes.append("\(reason), unless --on-battery is given") }
        return DryRunReport("image nightly", steps + afterwards(steps), notes: notes)
    }

    /// What follows a night that has something to do.
    private func afterwards(_ steps: [DryRunReport.Step]) -> [DryRunReport.Step] {
        guard !steps.isEmpty else { return [] }
        var more: [DryRunReport.Step] = []
        if options.retention != nil, steps.contains(where: \.changes) {
            more.append(
                .change(
                    "prune by retention", because: "your berth.yaml has a policy; berth image prune --dry-run tells"))
        }
        if let program = options.settings.notify.first {
            more.append(.stay("tell \(program)", because: "nightly.notify in your berth.yaml names it"))
        }
        return more
    }
}
