import BerthArchive
import BerthLockfiles
import BerthRegistry
import BerthSystem
import BerthTestSupport
import SystemPackage
import Testing

@testable import BerthPackages

/// Trees, compared with those that npm's own code builds from the same registry, location by location.
@Suite struct NpmTreeTests {
    struct Case: Encodable {
        let name: String
        let dependencies: [String: String]
        var global = false
    }
    private struct Question: Encodable {
        let folder: String
        let registry: String
        let node: String
        let cases: [Case]
    }
    /// By location; nil where npm can't resolve it, or would close a circle of versions with a link.
    private typealias Answer = [String: [String: String]?]

    private static let script = """
        const Arborist = npm('@npmcli/arborist')
        // npm's own code goes round in circles on some trees: it is stopped by a count of what it places.
        let placed = 0
        process.on('log', (level, title) => {
          if (title === 'placeDep' && ++placed > 2000) throw new TypeError('endless')
        })
        const build = async one => {
          placed = 0
          const dir = path.join(input.folder, one.name)
          fs.mkdirSync(dir, { recursive: true })
          const wants = one.dependencies
          if (!one.global) fs.writeFileSync(path.join(dir, 'package.json'), JSON.stringify({ dependencies: wants }))
          const arborist = new Arborist({
            path: dir, registry: input.registry, cache: path.join(input.folder, 'cache'), nodeVersion: input.node,
            global: one.global })
          const add = Object.entries(wants).map(([name, range]) => `${name}@${range}`)
          const tree = await arborist.buildIdealTree(one.global ? { add } : {})
          const found = {}
          for (const node of tree.inventory.values()) {
            // Newer versions of npm keep what could not be had, as a remark.
            if (node.isRoot || node.inBundle || node.errors.length) continue
            if (node.isLink) return null
            found[node.location] = `${node.packageName}@${node.version}${node.optional ? ' optional' : ''}`
          }
          return found
        }
        ;(async () => {
          const found = {}
          for (const one of input.cases) found[one.name] = await build(one).catch(error => {
            if (['ERESOLVE', 'ETARGET', 'E404'].includes(error.code)) return null
            // npm's own code breaks on some trees (it looks for peers of a set that it has dropped).
            if (error instanceof TypeError) return { broken: error.message }
            throw error
          })
          answer(found)
        })()
        """

    private func tree(_ one: Case, _ harbour: NpmHarbour, _ mirror: Mirror) async throws -> [String: String]? {
        let catalogue = NpmCatalogue(try harbour.configuration(mirror), harbour.fetcher, harbour.target)
        let wants = one.dependencies.sorted { NpmOrder.precedes($0.key, $1.key) }
            .map { DependencySpec(name: $0.key, spec: $0.value) }
        let builder = NpmTreeBuilder(catalogue, wants: wants, isShallow: one.global)
        do { try await builder.build() } catch let error as BerthError where error.status == .failed { return nil }
        let needed = builder.root.needed
        let nodes = builder.root.subtree.compactMap { node in
            node.manifest.map { (node.location, $0.label + (needed.contains(node) ? "" : " optional")) }
        }
        return Dictionary(nodes) { first, _ in first }
    }

    private func compare(_ packages: [NpmBuilder], _ cases: [Case], tags: [String: [(String, String)]] = [:])
        async throws
    {
        try await NpmHarbour.open { harbour in
            try await NpmRegistryDouble(packages, tags: tags).serving { mirror in
                let folder = harbour.folder.path.appending("peer").string
                let question = Question(
                    folder: folder, registry: mirror.address + "/", node: "24.11.0", cases: cases)
                let theirs: Answer = try await NpmPeer.run(Self.script, input: question)
                var compared = 0
                for one in cases where theirs[one.name]??["broken"] == nil {
                    compared += 1
                    let mine = try await tree(one, harbour, mirror)
                    let expected = try #require(theirs[one.name])
                    #expect(mine == expected, "\(one.name)")
                }
                #expect(compared * 10 >= cases.count * 8)
            }
        }
    }

    @Test func `trees of hand-made packages are npm's`() async throws {
        let packages = [
            NpmBuilder("plain", "1.0.0"), NpmBuilder("plain", "1.5.0"), NpmBuilder("plain", "2.0.0"),
            NpmBuilder("wants-one", "1.0.0", ["plain": "^1"]), NpmBuilder("wants-two", "1.0.0", ["plain": "^2"]),
            NpmBuilder("deep", "1.0.0", ["wants-one": "*", "wants-two": "*"]),
            NpmBuilder("@scope/deep", "1.0.0", ["deep": "1", "plain": "1.0.0"]),
            NpmBuilder("circle-a", "1.0.0", ["circle-b": "*"]), NpmBuilder("circle-b", "1.0.0", ["circle-a": "*"]),
            NpmBuilder("chain-a", "1.0.0", ["chain-b": "1"]), NpmBuilder("chain-b", "1.0.0", ["chain-a": "2"]),
            NpmBuilder("chain-a", "2.0.0", ["chain-b": "2"]), NpmBuilder("chain-b", "2.0.0", ["chain-a": "1"]),
            NpmBuilder("host", "1.0.0"), NpmBuilder("host", "2.0.0"),
            NpmBuilder("plug-one", "1.0.0", peers: ["host": "^1"]),
            NpmBuilder("plug-two", "1.0.0", peers: ["host": "^2"]),
            NpmBuilder("plug-any", "1.0.0", peers: ["host": ">=1"]),
            NpmBuilder("plug-maybe", "1.0.0", peers: ["host": "^1"]).with { $0.optionalPeers = ["host"] },
            NpmBuilder("kit-one", "1.0.0", ["plug-one": "*"]), NpmBuilder("kit-two", "1.0.0", ["plug-two": "*"]),
            NpmBuilder("maybe", "1.0.0", optional: ["plain": "^1", "nothere": "*", "wants-two": "9"]),
            NpmBuilder("alias", "1.0.0", ["old": "npm:plain@^1", "plain": "^2"]),
            NpmBuilder("carrier", "1.0.0", ["plain": "^1", "host": "1"]).with { $0.bundled = ["plain"] },
            NpmBuilder("modern", "1.0.0").with { $0.node = ">=18" },
            NpmBuilder("modern", "2.0.0").with { $0.node = ">=30" },
            NpmBuilder("worn", "1.0.0"), NpmBuilder("worn", "1.1.0").with { $0.isDeprecated = true },
            NpmBuilder("tagged", "1.0.0"), NpmBuilder("tagged", "2.0.0"), NpmBuilder("tagged", "3.0.0-beta.1"),
            NpmBuilder("missing", "1.0.0", ["nothere": "*"]),
        ]
        let lists: [[String: String]] = [
            ["plain": "*"], ["wants-one": "*", "wants-two": "*"], ["deep": "*"], ["@scope/deep": "*", "plain": "2"],
            ["circle-a": "*"], ["chain-a": "1"], ["plug-one": "*"], ["plug-any": "*"], ["plug-any": "*", "host": "1"],
            ["plug-one": "*", "plug-two": "*"], ["kit-one": "*", "kit-two": "*"], ["kit-one": "*", "host": "2"],
            ["plug-maybe": "*"], ["plug-maybe": "*", "kit-two": "*"], ["maybe": "*"], ["maybe": "*", "plain": "*"],
            ["alias": "*"], ["carrier": "*"], ["carrier": "*", "plain": "*"], ["modern": "*"], ["worn": "^1"],
            ["tagged": "*"], ["tagged": ">=1"], ["tagged": "next"], ["tagged": "latest"], ["missing": "*"],
            ["nothere": "*"], ["plain": "^7"], ["mine": "npm:wants-one@1"],
        ]
        let local = lists.enumerated().map { Case(name: "local-\($0.offset)", dependencies: $0.element) }
        let global = lists.enumerated().map {
            Case(name: "global-\($0.offset)", dependencies: $0.element, global: true)
        }
        try await compare(
            packages, local + global, tags: ["tagged": [("latest", "1.0.0"), ("next", "3.0.0-beta.1")]])
    }

    @Test(arguments: [false, true]) func `trees of packages made at random are npm's`(global: Bool) async throws {
        var packages: [NpmBuilder] = []
        var cases: [Case] = []
        for seed in 1...(global ? 20 : 60) {
            let universe = NpmUniverse(seed: UInt64(seed), size: 4 + seed % 14, prefix: "u\(seed)")
            packages += universe.packages
            let wants = Dictionary(universe.wants) { first, _ in first }
            cases.append(Case(name: "u\(seed)", dependencies: wants, global: global))
        }
        try await compare(packages, cases)
    }
}
