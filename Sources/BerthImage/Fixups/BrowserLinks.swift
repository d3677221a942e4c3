internal import BerthArchive
internal import BerthSystem
internal import Foundation

/// Links under the names that each Playwright release looks for, all leading to the image's own Chromium and ffmpeg.
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
        let user = packages.recipe.user.map { UInt32($0.id) } ?? 0
        let owner = TreeMember.Owner(user: user, group: user)
        tree.folder(browsers.folder, owner: owner)
        try require(browsers.chromium, packages, key: "browsers.chromium")
        let shipped = packages.shippedBrowsers
        for revision in Set(browsers.revisions.values).union(shipped["chromium"] ?? []).sorted() {
            for (browser, paths) in Self.names {
                let folder = try ArchivePath(parsing: "\(browser)-\(revision)").below(browsers.folder)
                try link(paths, in: folder, to: browsers.chromium, owner, &tree)
            }
        }
        guard let videos = browsers.videos else { return }
        try require(videos.ffmpeg, packages, key: "browsers.videos.ffmpeg")
        for revision in Set(videos.revisions).union(shipped["ffmpeg"] ?? []).sorted() {
            let folder = try ArchivePath(parsing: "ffmpeg-\(revision)").below(browsers.folder)
            try link(["ffmpeg-linux"], in: folder, to: videos.ffmpeg, owner, &tree)
        }
    }

    private func require(_ program: ArchivePath, _ packages: PackageSet, key: String) throws {
        guard !packages.holds(program) else { return }
        throw BerthError(
            .usage, "the recipe's browser /\(program) is in none of the image's packages",
            remedy: "add the package to debian.packages, or say \(key)")
    }

    /// A folder of Playwright's with all its markers, so that neither an installation nor a check begins.
    private func link(
        _ paths: [String], in folder: ArchivePath, to program: ArchivePath, _ owner: TreeMember.Owner,
        _ tree: inout GeneratedTree
    ) throws {
        tree.folder(folder, owner: owner)
        for path in paths { tree.link(try ArchivePath(parsing: path).below(folder), to: "/\(program)") }
        for marker: ArchivePath in ["INSTALLATION_COMPLETE", "DEPENDENCIES_VALIDATED"] {
            tree.file(marker.below(folder), "", owner: owner)
        }
    }
}

extension PackageSet {
    /// The revisions that the image's own Playwright packages ask for by their `browsers.json`, by the browser's name.
    var shippedBrowsers: [String: [Int]] {
        let lists = fragments.flatMap { $0.captured.filter { $0.key.hasSuffix("/browsers.json") }.values }
        let browsers = lists.flatMap { (try? JSONDecoder().decode(BrowserList.self, from: $0))?.browsers ?? [] }
        return Dictionary(grouping: browsers, by: \.name).mapValues { $0.compactMap { Int($0.revision) } }
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
