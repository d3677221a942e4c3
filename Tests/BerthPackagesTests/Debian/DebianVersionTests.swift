import BerthPackages
import BerthSystem
import BerthTestSupport
import SystemPackage
import Testing

@Suite struct DebianVersionTests {
    /// Pairs in order, each from a rule of policy §5.6.12.
    static let rising = [
        ("1.0~~", "1.0~~a"), ("1.0~~a", "1.0~"), ("1.0~", "1.0"), ("1.0", "1.0a"), ("1.0a", "1.0b"), ("1.0a", "1.0+"),
        ("1.0", "1.0+b1"), ("1.0+b1", "1.0+deb13u1"), ("1.9", "1.10"), ("9", "1:0"), ("1:9", "2:1"), ("1.0-1", "1.0-2"),
        ("1.0-1~bpo12+1", "1.0-1"), ("2.41-12", "2.41-12+deb13u5"), ("1.0-1", "1.0-1.1"), ("1.0-a", "1.0-a1"),
        ("0.99999999999999999999998", "0.99999999999999999999999"), ("1.2.3-4-5", "1.2.3-4-6"), ("1.0", "1.0-1"),
        ("1.0rc1", "1.0.1"), ("3.0~rc1-2", "3.0-1"), ("2024a-0+deb12u1", "2026b-0+deb12u1"), ("1.0Z", "1.0a"),
    ]

    @Test(arguments: rising) func `a later version sorts after an earlier one`(earlier: String, later: String) throws {
        let (first, second) = (try DebianVersion(earlier), try DebianVersion(later))
        #expect(first < second)
        #expect(!(second < first))
        #expect(first != second)
    }

    @Test(arguments: [("1.0", "0:1.0"), ("1.0", "1.0-0"), ("1.00", "1.0"), ("1.0-01", "1.0-1"), ("0", "00")])
    func `one version spelled in two ways is equal`(first: String, second: String) throws {
        #expect(try DebianVersion(first) == DebianVersion(second))
    }

    @Test(.linuxOnly("dpkg")) func `dpkg orders every pair as Berth does`() async throws {
        let texts = Set(Self.rising.flatMap { [$0.0, $0.1] }).sorted()
        let pairs = texts.flatMap { left in texts.map { (left, $0) } }
        // One shell for all pairs: two thousand processes would be slow.
        let script = pairs.map { "dpkg --compare-versions '\($0.0)' lt '\($0.1)' && echo 1 || echo 0" }
        var shell = Command("/bin/sh", ["-s"])
        shell.limit = .seconds(120)
        let answers = try await shell.output(input: Array(script.joined(separator: "\n").utf8)).split(separator: "\n")
        #expect(answers.count == pairs.count)
        for (pair, answer) in zip(pairs, answers) {
            let isEarlier = try DebianVersion(pair.0) < DebianVersion(pair.1)
            #expect(isEarlier == (answer == "1"), "\(pair)")
        }
    }

    @Test(arguments: ["", "a:1", "1.0 2", "1;0", "-1:2", "1.0\u{0}", "99999999999999999999:1"])
    func `what is no version is refused`(text: String) {
        #expect(throws: BerthError.self) { try DebianVersion(text) }
    }
}
