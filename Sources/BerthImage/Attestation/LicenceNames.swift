/// Names of licences and the SPDX identifiers that mean the same (SPDX licence list 3.x).
enum LicenceNames {
    /// The identifier behind a name, perhaps with an exception; nil when we know none.
    static func identifier(_ name: String) -> String? {
        let text = name.lowercased()
        if let parts = split(text) {
            guard let licence = plain(parts.licence), let exception = exceptions[parts.exception] else { return nil }
            return "\(licence) WITH \(exception)"
        }
        return plain(text)
    }

    private static func split(_ text: String) -> (licence: String, exception: String)? {
        let words = text.split(separator: " ", maxSplits: 2)
        guard words.count == 3, words[1] == "with" else { return nil }
        return (String(words[0]), String(words[2]))
    }

    private static func plain(_ text: String) -> String? {
        known[text] ?? aliases[text] ?? family(text)
    }

    /// `GPL-2+`, `LGPL-2.1`, `GFDL-1.3+`: what Debian writes for `-or-later` and `-only`.
    private static func family(_ text: String) -> String? {
        let kind = text.prefix { $0.isLetter && $0 != "v" }
        guard ["gpl", "lgpl", "agpl", "gfdl"].contains(kind) else { return nil }
        var rest = text.dropFirst(kind.count)
        for sign in ["-", "v"] where rest.hasPrefix(sign) { rest = rest.dropFirst() }
        let isOpen = rest.hasSuffix("+")
        let number = isOpen ? rest.dropLast() : rest
        let name = "\(kind.uppercased())-\(number)" + (number.contains(".") ? "" : ".0")
        let versions = [
            "GPL-1.0", "GPL-2.0", "GPL-3.0", "LGPL-2.0", "LGPL-2.1", "LGPL-3.0", "AGPL-1.0", "AGPL-3.0", "GFDL-1.1",
            "GFDL-1.2", "GFDL-1.3",
        ]
        guard versions.contains(name) else { return nil }
        return name + (isOpen ? "-or-later" : "-only")
    }

    private static let identifiers = """
        0BSD AFL-2.1 AFL-3.0 AGPL-3.0-only AGPL-3.0-or-later Apache-1.0 Apache-1.1 Apache-2.0 Artistic-1.0 Artistic-1.0-Perl \
        Artistic-2.0 BlueOak-1.0.0 BSD-1-Clause BSD-2-Clause BSD-2-Clause-Patent BSD-3-Clause BSD-4-Clause BSD-4-Clause-UC \
        BSL-1.0 bzip2-1.0.6 CC-BY-3.0 CC-BY-4.0 CC-BY-SA-3.0 CC-BY-SA-4.0 CC0-1.0 CDDL-1.0 CNRI-Python curl EPL-1.0 \
        EPL-2.0 FSFAP FSFUL FSFULLR FTL GFDL-1.1-only GFDL-1.1-or-later GFDL-1.2-only GFDL-1.2-or-later GFDL-1.3-only \
        GFDL-1.3-or-later GPL-1.0-only GPL-1.0-or-later GPL-2.0-only GPL-2.0-or-later GPL-3.0-only GPL-3.0-or-later HPND \
        ICU IJG ISC JSON LGPL-2.0-only LGPL-2.0-or-later LGPL-2.1-only LGPL-2.1-or-later LGPL-3.0-only LGPL-3.0-or-later \
        Libpng libpng-2.0 libtiff MIT MIT-0 MIT-CMU MPL-1.1 MPL-2.0 MS-PL NCSA NTP OFL-1.1 OLDAP-2.8 OpenSSL PHP-3.01 \
        PostgreSQL PSF-2.0 Python-2.0 Python-2.0.1 Ruby Sleepycat TCL Unicode-3.0 Unicode-DFS-2016 Unlicense UPL-1.0 Vim \
        W3C WTFPL X11 Zlib ZPL-2.1 blessing
        """
    private static let known = Dictionary(
        identifiers.split(separator: " ").map { ($0.lowercased(), String($0)) }
    ) { first, _ in first }

    private static let aliases = [
        "expat": "MIT", "mit license": "MIT", "the mit license": "MIT", "the mit license (mit)": "MIT",
        "artistic": "Artistic-1.0-Perl", "artistic-1": "Artistic-1.0-Perl", "artistic-2": "Artistic-2.0",
        "apache-2": "Apache-2.0", "apache 2.0": "Apache-2.0", "apache license 2.0": "Apache-2.0",
        "apache license, version 2.0": "Apache-2.0", "apache license version 2.0": "Apache-2.0",
        "apache-2.0 license": "Apache-2.0", "bsd-2": "BSD-2-Clause", "bsd-3": "BSD-3-Clause",
        "bsd 2-clause": "BSD-2-Clause", "bsd 3-clause": "BSD-3-Clause", "bsd 2-clause license": "BSD-2-Clause",
        "bsd 3-clause license": "BSD-3-Clause", "3-clause bsd license": "BSD-3-Clause", "bsd-4": "BSD-4-Clause",
        "boost-1.0": "BSL-1.0", "cc0": "CC0-1.0", "isc license": "ISC", "isc license (iscl)": "ISC",
        "mpl-2": "MPL-2.0", "mpl 2.0": "MPL-2.0", "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0",
        "psf": "PSF-2.0", "psf-2": "PSF-2.0", "python software foundation license": "PSF-2.0", "psfl": "PSF-2.0",
        "the unlicense (unlicense)": "Unlicense", "zlib/libpng": "Zlib", "bzip2": "bzip2-1.0.6",
    ]

    private static let exceptions = [
        "gcc-exception-3.1": "GCC-exception-3.1", "classpath-exception-2.0": "Classpath-exception-2.0",
        "classpath-exception": "Classpath-exception-2.0", "llvm-exception": "LLVM-exception",
        "autoconf-exception-2.0": "Autoconf-exception-2.0", "autoconf-exception-3.0": "Autoconf-exception-3.0",
        "bison-exception-2.2": "Bison-exception-2.2", "libtool exception": "Libtool-exception",
        "libtool-exception": "Libtool-exception", "font exception": "Font-exception-2.0",
        "font-exception-2.0": "Font-exception-2.0", "linux-syscall-note": "Linux-syscall-note",
    ]
}
