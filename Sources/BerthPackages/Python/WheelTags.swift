/// One tag of a wheel: which interpreter, binary interface and platform it runs on (PEP 425).
package struct WheelTag: Sendable, Hashable {
    package let python: String
    package let abi: String
    package let platform: String
}

/// The machine that a wheel is chosen for: CPython on Linux with glibc.
package struct PythonTarget: Sendable, Hashable {
    /// Debian's words, with the names that `uname -m` and wheels have.
    package enum Architecture: String, Sendable, CaseIterable {
        case arm64 = "aarch64"
        case amd64 = "x86_64"
    }

    /// Full version, `3.13.5`.
    package let version: String
    /// The second part of the version: 13.
    package let minor: Int
    package let architecture: Architecture
    /// The second part of glibc's version: 41 for trixie, 36 for bookworm.
    package let libcMinor: Int

    /// Nil when the version is not one of Python 3 with at least two parts.
    package init?(version: String, architecture: Architecture, libcMinor: Int) {
        let parts = version.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2 || parts.count == 3, parts[0] == "3",
            parts.allSatisfy({ Int($0).map { $0 >= 0 } ?? false }),
            let minor = Int(parts[1])
        else { return nil }
        self.version = version
        self.minor = minor
        self.architecture = architecture
        self.libcMinor = libcMinor
    }

    /// `3.13`, the name of the folder below `lib/python`.
    package var series: String { "3.\(minor)" }
}

/// The tags that a machine accepts, best first, in the order that installers use (PEP 425, PEP 600).
///
/// CPython's own interface, then the stable one, then pure Python; within each the newest glibc first.
package struct WheelTags: Sendable {
    private let ranks: [WheelTag: Int]

    package init(_ target: PythonTarget) {
        let platforms = Self.platforms(target)
        let own = "cp3\(target.minor)"
        var tags: [WheelTag] = []
        func add(_ python: String, _ abi: String, _ platforms: [String]) {
            tags += platforms.map { WheelTag(python: python, abi: abi, platform: $0) }
        }
        add(own, own, platforms)
        add(own, "abi3", platforms)
        add(own, "none", platforms)
        for minor in stride(from: target.minor - 1, through: 2, by: -1) { add("cp3\(minor)", "abi3", platforms) }
        let generic =
            ["py3\(target.minor)", "py3"] + stride(from: target.minor - 1, through: 0, by: -1).map { "py3\($0)" }
        for python in generic { add(python, "none", platforms) }
        add(own, "none", ["any"])
        for python in generic { add(python, "none", ["any"]) }
        ranks = Dictionary(tags.enumerated().map { ($0.element, $0.offset) }) { first, _ in first }
    }

    /// The rank of a wheel's best tag, 0 the best; nil when the wheel does not run there.
    package func rank(_ wheel: WheelFileName) -> Int? { wheel.tags.compactMap { ranks[$0] }.min() }

    /// The wheel to take: best tag, then highest build number; nil when none runs there.
    package func best<Item>(of items: [Item], name: (Item) -> WheelFileName?) -> Item? {
        var chosen: (item: Item, rank: Int, build: WheelBuild?, text: String)?
        for item in items {
            guard let wheel = name(item), let rank = rank(wheel) else { continue }
            guard let old = chosen else {
                chosen = (item, rank, wheel.build, wheel.text)
                continue
            }
            if Self.precedes((rank, wheel.build, wheel.text), (old.rank, old.build, old.text)) {
                chosen = (item, rank, wheel.build, wheel.text)
            }
        }
        return chosen?.item
    }

    private static func precedes(_ left: (Int, WheelBuild?, String), _ right: (Int, WheelBuild?, String)) -> Bool {
        if left.0 != right.0 { return left.0 < right.0 }
        switch (left.1, right.1) {
        case (let one?, let other?) where one != other: return one > other
        case (.some, nil): return true
        case (nil, .some): return false
        default: return left.2 < right.2
        }
    }

    /// Newest glibc first; the older names of PEP 513, 571 and 599 right after the version they stand for.
    private static func platforms(_ target: PythonTarget) -> [String] {
        let architecture = target.architecture.rawValue
        // aarch64 came to glibc with 2.17; x86_64 wheels reach back to 2.5.
        let oldest = target.architecture == .arm64 ? 17 : 5
        let older = [17: "manylinux2014", 12: "manylinux2010", 5: "manylinux1"]
        var names: [String] = []
        for minor in stride(from: target.libcMinor, through: oldest, by: -1) {
            names.append("manylinux_2_\(minor)_\(architecture)")
            if let name = older[minor] { names.append("\(name)_\(architecture)") }
        }
        return names + ["linux_\(architecture)"]
    }
}
