internal import BerthSystem
package import SystemPackage

/// A certificate for this machine that signs itself, made by openssl(1): no system trusts it.
package struct TestCertificate: Sendable {
    /// PEM files.
    package let certificate: FilePath
    package let key: FilePath

    package init(in folder: TemporaryFolder) async throws {
        certificate = folder.path.appending("certificate.pem")
        key = folder.path.appending("key.pem")
        let openssl = try Programs.require("openssl", remedy: "scripts/setup test")
        _ = try await Command(
            openssl,
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
                "/CN=berth test", "-addext", "subjectAltName=IP:127.0.0.1,IP:0.0.0.0", "-keyout", key.string, "-out",
                certificate.string,
            ]
        ).output()
    }
}
