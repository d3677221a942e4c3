internal import BerthArchive
internal import BerthLockfiles
package import BerthRegistry
internal import BerthSystem

/// Finds the packages that npm would install for requirements, and where in `node_modules` each goes; without npm.
package struct NpmResolver: Sendable {
    /// How much the packages of a tree share.
    package enum Sharing: Sendable {
        /// As `npm install`: as far up as nobody minds.
        case hoisted
        /// As `npm install --global`: each requested package has its own.
        case shallow
    }

    /// What requirements came to.
    package struct Resolution: Sendable {
        /// By location.
        package let packages: [NpmPackage]
        /// Things to know that hold nothing up, such as a package that wants another Node.
        package let warnings: [String]
    }

    private let configuration: NpmConfiguration
    private let fetcher: Fetcher

    /// The fetcher's transport must trust the configuration's certificates, where it names some.
    package init(configuration: NpmConfiguration, fetcher: Fetcher) {
        (self.configuration, self.fetcher) = (configuration, fetcher)
    }

    /// The packages for a target; throws `.failed` with the reason when the requirements can't be met.
    ///
    /// `allowedScripts` names packages that may come although npm would run scripts of them, each with its reason.
    package func resolve(
        _ requirements: [NpmRequirement], for target: NpmTarget, sharing: Sharing = .hoisted,
        allowedScripts: [String: String] = [:]
    ) async throws -> Resolution {
        guard !requirements.isEmpty else { return Resolution(packages: [], warnings: []) }
        let catalogue = NpmCatalogue(configuration, fetcher, target)
        let wants = try Self.wants(requirements)
        let builder = NpmTreeBuilder(catalogue, wants: wants, isShallow: sharing == .shallow)
        try await builder.build()
        let libcs = try await libcs(of: builder.root, catalogue)
        let warnings = try builder.root.prune(for: target, libcs: libcs)
        let packages = try builder.root.packages(configuration)
        try NpmScripts.check(packages, allowed: allowedScripts)
        return Resolution(packages: packages, warnings: warnings)
    }

    /// In npm's own order: what comes first may decide what lies at the top.
    private static func wants(_ requirements: [NpmRequirement]) throws -> [DependencySpec] {
        var known: Set<String> = []
        return try requirements.sorted { NpmOrder.precedes($0.name, $1.name) }.map { requirement in
            guard known.insert(requirement.name.lowercased()).inserted else {
                throw BerthError(
                    .usage, "the npm package \(requirement.name) is required twice",
                    remedy: "leave one of the requirements out")
            }
            return DependencySpec(name: requirement.name, spec: NpmSpec.split(requirement.text).spec)
        }
    }

    /// Short metadata don't say for which C library a package is: asked for where it may decide.
    private func libcs(of root: NpmNode, _ catalogue: NpmCatalogue) async throws -> [String: [String]] {
        let needed = root.needed
        let open = root.subtree.filter { !needed.contains($0) }.compactMap(\.manifest).filter { manifest in
            !manifest.platform.systems.isEmpty && manifest.platform.libcs.isEmpty
                && catalogue.target.admits(manifest.platform)
        }
        let answers = try await inParallel(Array(Set(open)).sorted { $0.label < $1.label }, limit: 6) { manifest in
            (manifest.label, try await catalogue.libcs(of: manifest))
        }
        return Dictionary(answers) { first, _ in first }
    }

    /// Where pinned tarballs lie now, for a lock that was made elsewhere; in the order to try.
    ///
    /// Pins of which the registry knows nothing (any more) get the address that is usual.
    package func addresses(for pins: [NpmPin], target: NpmTarget) async throws -> [NpmPin: [Address]] {
        let catalogue = NpmCatalogue(configuration, fetcher, target)
        let answers = try await inParallel(pins, limit: 6) { pin in
            let stated = try await catalogue.packument(pin.name)?.manifests[pin.version]
            let isSame = stated.map { NpmFileName.of($0) == pin.fileName } ?? false
            return (pin, try configuration.addresses(of: pin, stated: isSame ? stated?.tarball : nil))
        }
        return Dictionary(answers) { first, _ in first }
    }
}

extension NpmNode {
    /// The packages of the tree by location, without those inside of other tarballs.
    func packages(_ configuration: NpmConfiguration) throws -> [NpmPackage] {
        let needed = needed
        return try subtree.compactMap { node in
            guard let manifest = node.manifest else { return nil }
            return try node.package(manifest, configuration, isOptional: !needed.contains(node))
        }.sorted { $0.location < $1.location }
    }

    private func package(
        _ manifest: NpmManifest, _ configuration: NpmConfiguration, isOptional: Bool
    ) throws -> NpmPackage {
        guard let integrity = manifest.integrity else {
            throw BerthError(
                .failed, "the registry gives no hash for \(manifest.label.escaped)", done: "nothing was changed",
                remedy: "choose another version, or another registry")
        }
        let fileName = NpmFileName.of(manifest)
        let pin = NpmPin(name: manifest.name, version: manifest.version, fileName: fileName)
        return NpmPackage(
            name: manifest.name, version: manifest.version, location: try ArchivePath(parsing: location),
            integrity: integrity, fileName: fileName,
            addresses: try configuration.addresses(of: pin, stated: manifest.tarball), bins: manifest.bins,
            hasInstallScript: manifest.hasInstallScript, isOptional: isOptional,
            isRequested: parent?.isRoot == true && parent?.edge(name) != nil)
    }
}

/// Names of tarballs.
enum NpmFileName {
    /// The last part of the stated address where that is a plain name, else the usual one.
    static func of(_ manifest: NpmManifest) -> String {
        let stated = manifest.tarball.flatMap { try? Address($0).fileName }
        if let stated, stated.hasSuffix(".tgz"), isPlain(stated) { return stated }
        return usual(manifest.name, manifest.version)
    }

    static func usual(_ name: String, _ version: String) -> String { "\(NpmName.base(name))-\(version).tgz" }

    private static func isPlain(_ name: String) -> Bool {
        name.utf8.count <= 255
            && name.utf8.allSatisfy { unit in
                (0x30...0x39).contains(unit) || (0x41...0x5A).contains(unit) || (0x61...0x7A).contains(unit)
                    || "-_.~+".utf8.contains(unit)
            }
    }
}
