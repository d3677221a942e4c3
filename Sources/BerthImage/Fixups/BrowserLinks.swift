internal import BerthArchive
internal import BerthSystem
internal import Foundation

/// Links under the names that each Playwright release looks for, all leading to the image's own Chromium.
///
/// Releases changed the names of the folders (arm64 has its own since 1.63), and amd64 has other ones than arm64: every
/// spelling is there, as a link costs nothing. The folder belongs to the image's user, who may add browsers of other makers.
struct BrowserLinks: Fixup {
    /// Below `<browser>-<revision>/` (playwright-core, server/registry: EXECUTABLE_PATHS).
    private static let names = [
        ("chromium", ["chrome-linux/chrome", "chrome-linux64/chrome", "chrome-linux-arm64/chrome"]),
        (
            "chromium_headless_shell",
            [
                "chrome-linux/headless_shell", "chrome-headless-shell-linux64/chrome-headless-shell",
                "chrome-headless-shell-linux-arm64/chrome-headless-shell",
            ]
        ),
    ]

    func apply(_ packages: PackageSet, to tree: inout GeneratedTree) throws {
        guard let browsers = packages.recipe.browsers else { return }
        guard packages.holds(browsers.chromium) else {
            throw BerthError(
                .usage, "the recipe's browser /\(browsers.chromium) is in none of the image's packages",
                remedy: "add the package to debian.packages, or say browsers.chromium")
        }
        let user = packages.recipe.user.map { UInt32($0.id) } ?? 0
        let owner = TreeMember.Owner(user: user, group: user)
        tree.folder(browsers.folder, owner: owner)
        let revisions = Set(browsers.revisions.values).union(packages.shippedRevisions)
        for revision in revisions.sorted() { try link(revision, browsers, owner, &tree) }
    }

    private func link(
        _ revision: Int, _ browsers: Browsers, _ owner: TreeMember.Owner, _ tree: inout GeneratedTree
    ) throws {
        for (browser, paths) in Self.names {
            let folder = try ArchivePath(parsing: "\(browser)-\(revision)").below(browsers.folder)
            tree.folder(folder, owner: owner)
            for path in paths {
                tree.link(try ArchivePath(parsing: path).below(folder), to: "/\(browsers.chromium)")
            }
            for marker: ArchivePath in ["INSTALLATION_COMPLETE", "DEPENDENCIES_VALIDATED"] {
                tree.file(marker.below(folder), "", owner: owner)
            }
        }
    }
}

extension PackageSet {
    /// The Chromium revisions that the image's own Playwright packages ask for, by their `browsers.json`.
    var shippedRevisions: [Int] {
        fragments.flatMap { fragment in
            fragment.captured.filter { $0.key.hasSuffix("/browsers.json") }.values.compactMap { bytes in
                let list = try? JSONDecoder().decode(BrowserList.self, from: bytes)
                return list?.browsers.first { $0.name == "chromium" }.flatMap { Int($0.revision) }
            }
        }
    }
}

/// Playwright's `browsers.json`, as far as it is read.
private struct BrowserList: Decodable {
    struct Browser: Decodable {
        let name: String
        let revision: String
    }
    let browsers: [Browser]
}
