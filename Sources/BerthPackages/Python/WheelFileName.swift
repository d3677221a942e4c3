internal import BerthLockfiles

/// A wheel's file name, taken apart: `{project}-{version}(-{build})?-{python}-{abi}-{platform}.whl` (PEP 427).
package struct WheelFileName: Sendable, Hashable {
    package let text: String
    /// Normalised as PEP 503 says.
    package let project: String
    package let version: PythonVersion
    /// Breaks ties between wheels of the same tags; nil is the lowest.
    package let build: WheelBuild?
    package let pythons: [String]
    package let abis: [String]
    package let platforms: [String]

    /// Nil when the text is not a wheel's file name.
    package init?(_ text: String) {
        guard text.hasSuffix(".whl") else { return nil }
        var parts = text.dropLast(4).split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 5 || parts.count == 6, parts.allSatisfy({ !$0.isEmpty }),
            text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "/") }), PythonName.isValid(parts[0]),
            let version = PythonVersion(parts[1])
        else { return nil }
        if parts.count == 6 {
            guard let build = WheelBuild(parts.remove(at: 2)) else { return nil }
            self.build = build
        } else {
            build = nil
        }
        self.text = text
        project = PythonName.normalised(parts[0])
        self.version = version
        pythons = parts[2].split(separator: ".").map(String.init)
        abis = parts[3].split(separator: ".").map(String.init)
        platforms = parts[4].split(separator: ".").map(String.init)
    }

    /// All combinations of its tags: a compressed set stands for each of them (PEP 425).
    package var tags: [WheelTag] {
        pythons.flatMap { python in
            abis.flatMap { abi in platforms.map { WheelTag(python: python, abi: abi, platform: $0) } }
        }
    }
}

/// A build number: digits, then a text (PEP 427: sorted as a pair).
package struct WheelBuild: Sendable, Hashable, Comparable {
    let number: Int
    let suffix: String

    init?(_ text: some StringProtocol) {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let number = Int(digits) else { return nil }
        self.number = number
        suffix = String(text.dropFirst(digits.count))
    }

    package static func < (left: WheelBuild, right: WheelBuild) -> Bool {
        (left.number, left.suffix) < (right.number, right.suffix)
    }
}
