import BerthArchive
import Foundation

/// Makes one version of an npm package: its `package.json`, and a tarball as `npm pack` writes it.
struct NpmBuilder {
    typealias Pairs = KeyValuePairs<String, String>

    var name: String
    var version: String
    var dependencies: [(String, String)] = []
    var optional: [(String, String)] = []
    var peers: [(String, String)] = []
    var optionalPeers: [String] = []
    var bundled: [String] = []
    var bins: [(String, String)] = []
    var systems: [String] = []
    var processors: [String] = []
    var libcs: [String] = []
    var node: String?
    var scripts: [(String, String)] = []
    var isDeprecated = false
    var hasInstallScript = false
    /// More members of the tarball, with their whole names.
    var members: [NpmTarBuilder.Member] = []
    /// The tarball itself, where another program made it.
    var packed: [UInt8]?

    init(_ name: String, _ version: String, _ dependencies: Pairs = [:], peers: Pairs = [:], optional: Pairs = [:]) {
        (self.name, self.version) = (name, version)
        self.dependencies = dependencies.map { ($0.key, $0.value) }
        self.peers = peers.map { ($0.key, $0.value) }
        self.optional = optional.map { ($0.key, $0.value) }
    }

    /// A copy with changes.
    func with(_ change: (inout NpmBuilder) -> Void) -> NpmBuilder {
        var copy = self
        change(&copy)
        return copy
    }

    var base: String { name.split(separator: "/").last.map(String.init) ?? name }
    var fileName: String { "\(base)-\(version).tgz" }

    /// The fields of `package.json`, as JSON texts.
    private func fields(withLibc: Bool) -> [(String, String)] {
        var fields = [("name", JSON.text(name)), ("version", JSON.text(version))]
        func add(_ key: String, _ pairs: [(String, String)]) {
            if !pairs.isEmpty { fields.append((key, JSON.object(pairs.map { ($0.0, JSON.text($0.1)) }))) }
        }
        func add(_ key: String, _ list: [String]) {
            if !list.isEmpty { fields.append((key, "[\(list.map(JSON.text).joined(separator: ","))]")) }
        }
        add("dependencies", dependencies)
        add("optionalDependencies", optional)
        add("peerDependencies", peers)
        if !optionalPeers.isEmpty {
            fields.append(
                ("peerDependenciesMeta", JSON.object(optionalPeers.map { ($0, JSON.object([("optional", "true")])) })))
        }
        add("bundleDependencies", bundled)
        add("bin", bins)
        add("os", systems)
        add("cpu", processors)
        if withLibc { add("libc", libcs) }
        add("scripts", scripts)
        if let node { fields.append(("engines", JSON.object([("node", JSON.text(node))]))) }
        return fields
    }

    var manifest: String { JSON.object(fields(withLibc: true)) }

    func tarball() throws -> [UInt8] {
        if let packed { return packed }
        let own = bins.map { NpmTarBuilder.Member("package/\($0.1)", "#!/usr/bin/env node\nconsole.log('\($0.0)')\n") }
        let json = NpmTarBuilder.Member("package/package.json", manifest)
        return try NpmTarBuilder([json] + own + members).gzip()
    }

    /// What a registry at an address says of it.
    func metadata(registry: String, withLibc: Bool) throws -> String {
        let bytes = try tarball()
        let dist = JSON.object([
            ("tarball", JSON.text("\(registry)/\(name)/-/\(fileName)")),
            ("integrity", JSON.text("\(Integrity.of(bytes))")),
        ])
        var fields = fields(withLibc: withLibc).filter { $0.0 != "scripts" }
        fields.append(("dist", dist))
        if hasInstallScript { fields.append(("hasInstallScript", "true")) }
        if isDeprecated { fields.append(("deprecated", JSON.text("no more"))) }
        return JSON.object(fields)
    }
}

/// JSON whose keys keep their order.
enum JSON {
    static func text(_ text: String) -> String {
        "\"" + text.replacingOccurrences(of: "\\", with: "\\\\").replacingOccurrences(of: "\"", with: "\\\"") + "\""
    }

    static func object(_ pairs: [(String, String)]) -> String {
        "{" + pairs.map { "\(text($0.0)):\($0.1)" }.joined(separator: ",") + "}"
    }
}
