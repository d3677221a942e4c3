internal import Testing

/// What Package.swift says of C libraries.
struct ManifestTests {
    /// The Homebrew formula that holds each library's .pc file.
    ///
    /// SwiftPM searches the pkg-config folder of the formula that the manifest names, which is the only way to one
    /// that Homebrew does not link (openssl@3, libarchive).
    private static let formulas = [
        "libarchive": "libarchive", "libcrypto": "openssl@3", "libdeflate": "libdeflate", "libzstd": "zstd",
        "liblzma": "xz", "sqlite3": "sqlite", "zlib": "zlib",
    ]

    @Test func `each C library names the formula that holds its .pc file`() throws {
        let library = #/pkgConfig: "([^"]+)",\s*providers: \[\.apt\(\["([^"]+)"\]\), \.brew\(\["([^"]+)"\]\)\]/#
        let manifest = try Project.file("Package.swift").text
        let found = manifest.matches(of: library)
        // All but the C library itself, which every machine has.
        let libraries = manifest.matches(of: #/\.systemLibrary\(\s*name: "(\w+)"/#).map { String($0.output.1) }
        #expect(libraries.count == found.count + 1 && libraries.contains("CMalloc"))
        for match in found {
            let (_, package, _, formula) = match.output
            #expect(Self.formulas[String(package)] == String(formula), "\(package)")
        }
    }

    @Test func `set-up installs each C library on both systems`() throws {
        let setup = try Project.file("scripts/setup").text
        let provider = #/\.apt\(\["([^"]+)"\]\), \.brew\(\["([^"]+)"\]\)/#
        for match in try Project.file("Package.swift").text.matches(of: provider) {
            #expect(setup.contains(" \(match.output.1)\n"), "apt: \(match.output.1)")
            #expect(setup.contains(" \(match.output.2)"), "brew: \(match.output.2)")
        }
    }

    @Test func `each target has a line above it that says what it is`() throws {
        let lines = try Project.file("Package.swift").lines.map { $0.trimmingPrefix(#/\s+/#) }
        for (number, line) in lines.enumerated()
        where line.contains(#/^\.(?:systemLibrary|target|executableTarget)\($/#) {
            #expect(lines[number - 1].hasPrefix("//"), "Package.swift:\(number + 1)")
        }
    }
}
