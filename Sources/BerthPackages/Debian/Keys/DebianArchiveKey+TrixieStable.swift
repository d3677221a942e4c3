extension DebianArchiveKey {
    /// The key of the stable releases, Debian 13 (trixie-stable in the package debian-archive-keyring).
    static let trixieStable = DebianArchiveKey(
        fingerprint: "41587F7DB8C774BCCF131416762F67A0B2C39DE4",
        armour: #"""
            -----BEGIN PGP PUBLIC KEY BLOCK-----

            mDMEZ+Gq1RYJKwYBBAHaRw8BAQdARlh1OX84KPJRedAP/M7WxPFEthWypAp8nved
            FhqaX0q0R0RlYmlhbiBTdGFibGUgUmVsZWFzZSBLZXkgKDEzL3RyaXhpZSkgPGRl
            Ymlhbi1yZWxlYXNlQGxpc3RzLmRlYmlhbi5vcmc+iJYEExYIAD4WIQRBWH99uMd0
            vM8TFBZ2L2egssOd5AUCZ+Gq1QIbAwUJDwmcAAULCQgHAgYVCgkICwIEFgIDAQIe
            AQIXgAAKCRB2L2egssOd5DjVAP49S/e9VAtn9ip2DXj5zx87MpUXnLHAhT/LsJ7J
            odnKoQEA8murEqdcC0pPsAA6Gmev/lz0MWUyfe5Y6DMB6t16FQs=
            =+xcg
            -----END PGP PUBLIC KEY BLOCK-----
            """#)
}
