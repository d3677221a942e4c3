import BerthSystem
import BerthTestSupport
import Testing

/// Packages whose images run in engines.
extension SmallArchive {
    /// Debian's static busybox as `/bin/sh`.
    static func shell() async throws -> RawDeb {
        let program = try #require(try await TestEngine.busybox()["amd64"])
        var deb = RawDeb(name: "shell", control: "Priority: optional\nInstalled-Size: 2000\nDepends: base-files\n")
        var busybox = RawDeb.Member(name: "./usr/bin/sh", mode: 0o755)
        busybox.bytes = try Files.read(program)
        deb.members = [.folder("./usr/"), .folder("./usr/bin/"), busybox]
        return deb
    }

    /// A package whose one program is that script.
    static func anchor(_ version: String, _ script: String) -> RawDeb {
        var deb = RawDeb(name: "anchor", control: "Priority: optional\nInstalled-Size: 5\nDepends: base-files\n")
        deb.version = version
        deb.members = [.folder("./usr/"), .file("./usr/bin/anchor", "#!/bin/sh\n\(script)\n", mode: 0o755)]
        return deb
    }
}
