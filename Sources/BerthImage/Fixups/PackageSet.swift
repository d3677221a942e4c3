internal import BerthArchive
internal import BerthSystem
internal import Foundation

/// All packages of one image, as the fix-ups ask about them.
struct PackageSet {
    let fragments: [Fragment]
    let platform: Platform
    let recipe: Recipe
    private let files: Set<ArchivePath>
    private let folders: Set<ArchivePath>

    /// Checks that no two packages ship the same path, which OCI forbids in a layer and no order would mend.
    init(_ fragments: [Fragment], platform: Platform, recipe: Recipe) throws {
        self.fragments = fragments
        self.platform = platform
        self.recipe = recipe
        var owners: [ArchivePath: String] = [:]
        for fragment in fragments {
            for path in fragment.paths {
                if let other = owners.updateValue(fragment.name, forKey: path) {
                    throw BerthError(
                        .failed, "\(other) and \(fragment.name) both ship /\(path)",
                        remedy: "leave one of the two out of the recipe")
                }
            }
        }
        files = Set(owners.keys)
        folders = Set(fragments.flatMap { $0.folders.map(\.path) })
        for path in folders where files.contains(path) {
            throw BerthError(
                .failed, "/\(path) is a folder in one package and a file or link in \(owners[path] ?? "another")",
                remedy: "leave one of the two out of the recipe")
        }
    }

    /// Whether a package ships a file or link of that path.
    func holds(_ path: ArchivePath) -> Bool { files.contains(path) }

    /// Whether a package ships that folder.
    func holdsFolder(_ path: ArchivePath) -> Bool { folders.contains(path) }

    /// Whether the image has that folder, be it only for a file in it.
    func reaches(_ folder: ArchivePath) -> Bool { folders.contains(folder) || files.contains { $0.isWithin(folder) } }

    /// Whether an absolute path of a script leads to something in the image.
    func holds(absolute path: String) -> Bool {
        guard let parsed = try? ArchivePath(parsing: String(path.dropFirst())),
            let placed = MergedUsr.placed(parsed, isFolder: false)
        else { return false }
        return files.contains(placed) || folders.contains(placed)
    }

    /// The contents of a small file that a package ships.
    func contents(_ path: ArchivePath) -> [UInt8]? {
        fragments.lazy.compactMap { $0.captured["\(path)"] }.first.map { Array($0) }
    }

    /// Contents by path of all captured files below a folder, sorted by path.
    func contents(below folder: ArchivePath) -> [(path: ArchivePath, bytes: [UInt8])] {
        fragments.flatMap(\.captured).compactMap { path, bytes in
            guard let parsed = try? ArchivePath(parsing: path), parsed.relative(to: folder) != nil else { return nil }
            return (parsed, Array(bytes))
        }.sorted { $0.0 < $1.0 }
    }
}

extension PackageSet {
    /// Whether the image is of Debian 12 or older; os-release states the version.
    var isBeforeTrixie: Bool {
        let text = String(decoding: contents("usr/lib/os-release") ?? [], as: UTF8.self)
        let line = text.split(separator: "\n").first { $0.hasPrefix("VERSION_ID=") }
        return line.flatMap { Int($0.dropFirst("VERSION_ID=".count).filter(\.isNumber)) }.map { $0 < 13 } ?? false
    }
}
