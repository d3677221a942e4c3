internal import BerthArchive

/// The bundle of certificate authorities, as update-ca-certificates writes it (row 3).
///
/// The same bytes as its output: all certificates in the C locale's order, each ending in a line break. The hashed links of
/// `/etc/ssl/certs` are left out: OpenSSL finds the bundle through the shipped `/usr/lib/ssl/cert.pem`.
struct CertificateBundle: Fixup {
    func apply(_ packages: PackageSet, to tree: inout GeneratedTree) throws {
        let root: ArchivePath = "usr/share/ca-certificates"
        let certificates = packages.contents(below: root).filter { $0.path.name.hasSuffix(".crt") }
        guard !certificates.isEmpty else { return }
        var bundle: [UInt8] = []
        for (_, bytes) in certificates {
            bundle += bytes
            if bytes.last != UInt8(ascii: "\n") { bundle.append(UInt8(ascii: "\n")) }
        }
        tree.file("etc/ssl/certs/ca-certificates.crt", bundle)
        let names = certificates.compactMap { $0.path.relative(to: root).map { "\($0)" } }
        tree.file("etc/ca-certificates.conf", names.joined(separator: "\n") + "\n")
        for (path, _) in certificates {
            let stem = String(path.name.dropLast(4))
            tree.link(try ArchivePath(parsing: "etc/ssl/certs/\(stem).pem"), to: "/\(path)")
        }
        for folder: ArchivePath in ["usr/local/share/ca-certificates", "etc/ca-certificates/update.d"] {
            tree.folder(folder)
        }
    }
}
