internal import BerthArchive
internal import Foundation

/// Makes one version of an npm package: its `package.json`, and a tarball as `npm pack` writes it.
package struct NpmBuilder {
    package typealias Pairs = KeyValuePairs<String, String>

    package var name: String
    package var version: String
    package var dependencies: [(String, String)] = []
    package var optional: [(String, String)] = []
    package var peers: [(String, String)] = []
    package var optionalPeers: [String] = []
    package var bundled: [String] = []
    package var bins: [(String, String)] = []
    package var systems: [String] = []
    package var processors: [String] = []
    package var libcs: [String] = []
    package var node: String?
    package var scripts: [(String, String)] = []
    package var isDeprecated = false
    package var hasInstallScript = false
    /// More fields of its `package.json`, as JSON texts.
    package var fields: [(String, String)] = []
    /// More members of the tarball, with their whole names.
    package var members: [NpmTarBuilder.Member] = []
    /// The tarball itself, where another program made it.
    package var packed: [UInt8]?

    package init(
        _ name: String, _ version: String, _ dependencies: Pairs = [:], peers: Pairs = [:], optional: Pairs = [:]
    ) {
        (self.name, self.version) = (name, version)
        self.dependencies = dependencies.map { ($0.key, $0.value) }
        self.peers = peers.map { ($0.key, $0.value) }
        self.optional = optional.map { ($0.key, $0.value) }
    }

    /// A copy with changes.
    package func with(_ change: (inout NpmBuilder) -> Void) -> NpmBuilder {
        var copy = self
        change(&copy)
        return copy
    }

    package var base: String { name.split(separator: "/").last.map(String.init) ?? name }
    package var fileName: String { "\(base)-\(version).tgz" }

    /// The fields of `package.json`, as JSON texts.
    private func fields(withLibc: Bool) -> [(String, String)] {
        var fields = [("name", JSON.text(name)), ("version", JSON.text(version))] + fields
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

    package var manifest: String { JSON.object(fields(withLibc: true)) }

    package func tarball() throws -> [UInt8] {
        if let packed { return packed }
        let own = bins.map { NpmTarBuilder.Member("package/\($0.1)", "#!/usr/bin/env node\nconsole.log('\($0.0)')\n") }
        let json = NpmTarBuilder.Member("package/package.json", manifest)
        return try NpmTarBuilder([json] + own + members).gzip()
    }

    /// What a registry at an address says of it.
    package func metadata(registry: String, withLibc: Bool) throws -> String {
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
package enum JSON {
    package static func text(_ text: String) -> String {
        "\"" + text.replacingOccurrences(of: "\\", with: "\\\\").replacingOccurrences(of: "\"", with: "\\\"") + "\""
    }

    package static func object(_ pairs: [(String, String)]) -> String {
        "{" + pairs.map { "\(text($0.0)):\($0.1)" }.joined(separator: ",") + "}"
    }
}
