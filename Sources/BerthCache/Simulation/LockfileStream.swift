/// The history of one lockfile: when its branch got a commit, and which state of the file it had then.
package struct LockfileStream: Sendable {
    package struct Commit: Sendable {
        /// Seconds since 1970.
        package let at: Int64
        /// Names the file's content.
        package let state: String
    }

    package let repository: String
    package let lockfile: String
    /// Oldest first.
    package let commits: [Commit]

    package init(repository: String, lockfile: String, commits: [(at: Int64, state: String)]) {
        (self.repository, self.lockfile) = (repository, lockfile)
        self.commits = commits.map { Commit(at: $0.at, state: $0.state) }.sorted { $0.at < $1.at }
    }

    /// Of which tool the file is: what its packages are like.
    var ecosystem: PackageModel {
        let name = lockfile.split(separator: "/").last.map(String.init) ?? lockfile
        return name == "Cargo.lock" ? .cargo : name == "go.sum" ? .go : .node
    }
}

/// What packages of an ecosystem are like: invented, for the histories hold no sizes.
struct PackageModel: Sendable {
    /// Packages in one lockfile.
    let count: Int
    /// The median of their sizes in bytes; log-normal with a deviation of 1.5.
    let median: Double
    /// Seconds to install or build one.
    let cost: Double

    static let node = PackageModel(count: 900, median: 25_000, cost: 0.03)
    static let cargo = PackageModel(count: 650, median: 250_000, cost: 0.8)
    static let go = PackageModel(count: 300, median: 120_000, cost: 0.15)

    static let deviation = 1.5
    /// The share of packages that a changed lockfile replaces: log-normal around 0.3 %, at least one.
    static let churn = 0.003
    static let churnDeviation = 1.2
}

/// When pull requests are open, in the model: the histories know only merges.
package enum PullTiming: String, Sendable, Codable, CaseIterable {
    case none
    case hours4 = "4h-1h"
    case hours24 = "24h-6h"
    case hours72 = "72h-24h"
    case days14 = "336h-168h"
    /// Log-normal, with medians of 20 and 5 hours and a deviation of 1.5.
    case lognormal
    /// As `lognormal`, for 30 of 100 commits.
    case some = "lognormal-30%"

    /// Seconds before the merge at which a pull request's two runs look the cache up; none for a commit without one.
    func leads(_ numbers: inout SeededNumbers) -> [Int64] {
        func drawn() -> [Int64] {
            let first = numbers.logNormal(median: 20 * 3600, deviation: 1.5)
            let second = numbers.logNormal(median: 5 * 3600, deviation: 1.5)
            return [Int64(min(1e7, max(first, second))), Int64(min(1e7, min(first, second)))]
        }
        switch self {
        case .none: return []
        case .hours4: return [4 * 3600, 3600]
        case .hours24: return [24 * 3600, 6 * 3600]
        case .hours72: return [72 * 3600, 24 * 3600]
        case .days14: return [336 * 3600, 168 * 3600]
        case .lognormal: return drawn()
        case .some: return numbers.unit() < 0.3 ? drawn() : []
        }
    }
}
