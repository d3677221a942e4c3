import BerthArchive
import BerthSystem
import BerthTestSupport
import SystemPackage
import Testing

/// Our writer, read by other people's programs.
@Suite struct TarWriterTests {
    private static let members: [(TreeMember, [UInt8])] = [
        (TreeMember("usr", .directory, mode: 0o755, modified: 1_700_000_000), []),
        (TreeMember("usr/a", .file(size: 3), mode: 0o4755, modified: 1_700_000_000), Array("abc".utf8)),
        (TreeMember("usr/b", .hardlink(to: "usr/a"), mode: 0o4755, modified: 1_700_000_000), []),
        (TreeMember("usr/c", .symlink(target: "../é"), mode: 0o777, modified: 1_700_000_000), []),
        (TreeMember("usr/Főtanúsítvány.crt", .file(size: 600), mode: 0o644, modified: 0), [UInt8](repeating: 7, count: 600)),
        (
            TreeMember(long, .file(size: 1), mode: 0o600, owner: .init(user: 1001, group: 42), modified: 1), [65]
        ),
    ]

    private static var long: ArchivePath {
        get throws { try ArchivePath("usr/" + String(repeating: "x", count: 200) + "/" + String(repeating: "y", count: 120)) }
    }
}
