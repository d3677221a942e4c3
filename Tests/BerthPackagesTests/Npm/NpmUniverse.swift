import BerthTestSupport

/// Packages that want each other at random, the same for every run.
struct NpmUniverse {
    private var state: UInt64
    private(set) var packages: [NpmBuilder] = []
    private(set) var wants: [(String, String)] = []

    private static let ranges = ["^1", "^2", "*", "1.x", ">=1", "~1.0", "2.0.0", "^1 || ^2", "^3", ">=2", "^1.1", "<3"]

    init(seed: UInt64, size: Int, prefix: String) {
        state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
        let names = (0..<size).map {
            "\(prefix)-\(["a", "b", "cc", "d.d", "e_e", "f-f", "g", "h", "i", "j", "k", "l"][$0 % 12])\($0 / 12)"
        }
        for name in names {
            for version in ["1.0.0", "1.1.0", "2.0.0", "2.1.0", "3.0.0"] where version == "1.0.0" || pick(3) > 0 {
                var package = NpmBuilder(name, version)
                for other in some(of: names, at: pick(4)) where other != name {
                    let want = (other, Self.ranges[pick(Self.ranges.count)])
                    switch pick(12) {
                    case 0, 1: package.peers.append(want)
                    case 2:
                        package.peers.append(want)
                        package.optionalPeers.append(other)
                    case 3: package.optional.append(want)
                    default: package.dependencies.append(want)
                    }
                }
                packages.append(package)
            }
        }
        wants = some(of: names, at: 2 + pick(4)).map { ($0, Self.ranges[pick(Self.ranges.count)]) }
    }

    private mutating func pick(_ count: Int) -> Int {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Int(state >> 11) % count
    }

    private mutating func some(of names: [String], at count: Int) -> [String] {
        var left = names
        return (0..<min(count, names.count)).map { _ in left.remove(at: pick(left.count)) }
    }
}
