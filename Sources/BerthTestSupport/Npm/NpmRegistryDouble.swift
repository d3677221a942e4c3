/// An npm registry of packages that a test makes, for a mirror to serve.
package struct NpmRegistryDouble: Sendable {
    /// Path to bytes; `REGISTRY` stands for the mirror's address.
    private var pages: [String: String] = [:]
    private var files: [String: [UInt8]] = [:]

    /// `tags` are dist-tags by package; the last version of a package is its latest where nothing else is said.
    package init(_ packages: [NpmBuilder], tags: [String: [(String, String)]] = [:], withLibc: Bool = true) throws {
        for name in Set(packages.map(\.name)) {
            let own = packages.filter { $0.name == name }
            let versions = try own.map { ($0.version, try $0.metadata(registry: "REGISTRY", withLibc: withLibc)) }
            let named = tags[name] ?? [("latest", own.last?.version ?? "")]
            pages[name] = JSON.object([
                ("name", JSON.text(name)), ("dist-tags", JSON.object(named.map { ($0.0, JSON.text($0.1)) })),
                ("versions", JSON.object(versions)),
            ])
            for package in own {
                files["\(name)/-/\(package.fileName)"] = try package.tarball()
                pages["\(name)/\(package.version)"] = try package.metadata(registry: "REGISTRY", withLibc: true)
            }
        }
    }

    package func bytes(_ path: String, registry: String) -> [UInt8]? {
        if let page = pages[path] { return Array(page.replacing("REGISTRY", with: registry).utf8) }
        return files[path]
    }

    /// Serves for as long as `body` runs.
    package func serving<Result: Sendable>(_ body: (Mirror) async throws -> Result) async throws -> Result {
        let address = Box()
        return try await Mirror.serving { path in
            bytes(path, registry: await address.text)
        } _: { mirror in
            await address.set(mirror.address)
            return try await body(mirror)
        }
    }

    private actor Box {
        private(set) var text = ""
        func set(_ text: String) { self.text = text }
    }
}
