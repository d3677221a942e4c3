internal import BerthSystem
package import SystemPackage

/// What the machine's apt configuration says of Debian's archives: base addresses, and whether age is checked.
///
/// The suites configured there may be of another release than the one wanted: only the base address counts.
package struct AptConfiguration: Sendable {
    package let main: [DebianSources.Source]
    package let security: [DebianSources.Source]
    /// The folder looked into, for messages.
    package let searched: String

    /// Reads `etc/apt` below a root folder; files that can't be read or lines that make no sense are passed over.
    package static func read(root: FilePath = "/") -> AptConfiguration {
        let folder = root.appending("etc/apt")
        let checksExpiry = AptSettings.read(folder)["acquire::check-valid-until"].map(AptSettings.isTrue) ?? true
        let credentials = AptCredentials(folder)
        var main: [DebianSources.Source] = []
        var security: [DebianSources.Source] = []
        for entry in entries(folder) where entry.isDebian {
            guard let address = entry.address(credentials) else { continue }
            let source = DebianSources.Source(
                address: address, origin: .apt(entry.file), checksExpiry: checksExpiry && entry.checksExpiry)
            if entry.suites.contains(where: AptEntry.isMainSuite), !main.contains(source) { main.append(source) }
            if entry.suites.contains(where: AptEntry.isSecuritySuite), !security.contains(source) {
                security.append(source)
            }
        }
        return AptConfiguration(main: main, security: security, searched: folder.string)
    }

    private static func entries(_ folder: FilePath) -> [AptEntry] {
        let parts = folder.appending("sources.list.d")
        let names = (try? Files.list(parts)) ?? []
        let files =
            [folder.appending("sources.list")]
            + names.filter { $0.hasSuffix(".list") || $0.hasSuffix(".sources") }.map { parts.appending($0) }
        return files.flatMap { file in
            guard let text = try? Files.readText(file, limit: 4 << 20) else { return [AptEntry]() }
            return file.string.hasSuffix(".sources")
                ? AptEntry.deb822(text, file: file.string) : AptEntry.lines(text, file: file.string)
        }
    }
}
