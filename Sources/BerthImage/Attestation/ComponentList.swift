internal import BerthArchive
internal import BerthPackages
internal import Foundation

/// Turns locked packages and what their fragments noted into components.
struct ComponentList {
    /// `debian-13`.
    let distribution: String
    /// Statements of Debian packages by name, for those whose copyright file is another package's.
    private let statements: [String: PackageStatement]

    /// - Parameters:
    ///   - packages: The packages of one platform, each with its fragment.
    ///   - suite: What stands for the distribution where os-release names no version.
    init(_ packages: [(FragmentMaker.Job, Fragment)], suite: String) {
        let release = packages.lazy.compactMap { $0.1.captured["usr/lib/os-release"] }.first
        let lines = String(decoding: release ?? .init(), as: UTF8.self).split(separator: "\n")
        let version = lines.first { $0.hasPrefix("VERSION_ID=") }?.drop { $0 != "=" }.filter(\.isNumber)
        distribution = "debian-\(version.flatMap { $0.isEmpty ? nil : $0 } ?? suite)"
        let stated = packages.compactMap { job, fragment -> (String, PackageStatement)? in
            guard case .debian(let package) = job.package, let statement = fragment.statement else { return nil }
            return (package.name, statement)
        }
        statements = Dictionary(stated) { first, _ in first }
    }

    /// The components of all packages, then what lies inside their files; npm may put one package at several places,
    /// which is one component.
    ///
    /// Of tools out of one file, its version is only the first one's (Node's, and not that of the npm beside it).
    func all(_ packages: [(FragmentMaker.Job, Fragment)]) -> [Component] {
        var seen: Set<PackageURL> = []
        var carriers: Set<Digest> = []
        let named = packages.flatMap { job, fragment in
            var found = [component(job, fragment)]
            if case .tool(let tool, let file) = job.package, carriers.insert(file.sha256).inserted {
                found += [carried(tool, by: file)].compactMap(\.self)
            }
            return found
        }
        return (named + packages.flatMap(bundled)).filter { seen.insert($0.purl).inserted }
    }

    /// npm packages inside a tool's file, such as npm and corepack in Node's wheel.
    private func bundled(_ job: FragmentMaker.Job, _ fragment: Fragment) -> [Component] {
        guard case .tool(_, let file) = job.package else { return [] }
        return (fragment.bundled ?? []).map { package in
            Component(
                .npm, name: package.name, version: package.version, purl: .npm(package.name, package.version),
                sha256: nil, file: file.fileName, licence: LicenceExpression(package.statement.licences),
                supplier: package.statement.supplier.flatMap { Supplier($0) })
        }
    }

    /// What one package is.
    private func component(_ job: FragmentMaker.Job, _ fragment: Fragment) -> Component {
        switch job.package {
        case .debian(let package): component(package, fragment)
        case .wheel(let wheel): component(wheel, fragment)
        case .tool(_, let file): component(file, fragment)
        }
    }

    private func component(_ file: LockedToolFile, _ fragment: Fragment) -> Component {
        Component(
            file.kind.component, name: file.name, version: file.version, purl: file.purl, sha256: file.sha256,
            file: file.fileName, licence: LicenceExpression(fragment.statement?.licences ?? []),
            supplier: fragment.statement?.supplier.flatMap { Supplier($0) })
    }

    /// A program inside a wheel or npm package of another name, such as Node: scanners look for it by its own.
    private func carried(_ tool: LockedTool, by file: LockedToolFile) -> Component? {
        guard tool.files.count == 1, tool.name != file.name else { return nil }
        return Component(
            .archive, name: tool.name, version: tool.version,
            purl: PackageURL("generic", name: tool.name, version: tool.version), sha256: nil, file: file.fileName,
            supplier: Supplier(name: "makers of \(tool.name)"))
    }

    private func component(_ package: LockedPackage, _ fragment: Fragment) -> Component {
        return Component(
            .debian, name: package.name, version: package.version,
            purl: .debian(
                package.name, package.version, architecture: package.architecture, distribution: distribution),
            sha256: package.sha256, file: package.file.name,
            licence: LicenceExpression(licences(package.name, fragment.statement)),
            supplier: maintainer(fragment.debian).flatMap { Supplier($0) }, source: package.source)
    }

    /// The control file's Maintainer, by bytes: there are many control files, and they are long.
    private func maintainer(_ facts: DebianFacts?) -> String? {
        let field = "maintainer:"
        let line = facts?.control.utf8.split(separator: 0x0A).first { line in
            line.count > field.utf8.count && zip(line, field.utf8).allSatisfy { $0 | 0x20 == $1 | 0x20 }
        }
        return line.map { String(decoding: $0.dropFirst(field.utf8.count), as: UTF8.self).trimmed }
    }

    /// The package's own licences, or those of the package that its documents lead to, a few links on.
    private func licences(_ name: String, _ own: PackageStatement?) -> [String] {
        var statement = own
        for _ in 0..<4 {
            guard let current = statement else { return [] }
            if !current.licences.isEmpty { return current.licences }
            statement = current.standIn.flatMap { statements[$0] }
        }
        return []
    }

    private func component(_ wheel: LockedWheel, _ fragment: Fragment) -> Component {
        Component(
            .python, name: wheel.name, version: wheel.version, purl: .python(wheel.name, wheel.version),
            sha256: wheel.sha256, file: wheel.fileName,
            licence: LicenceExpression(fragment.statement?.licences ?? []),
            supplier: fragment.statement?.supplier.flatMap { Supplier($0) })
    }
}

extension LockedToolFile.Kind {
    fileprivate var component: Component.Kind {
        switch self {
        case .wheel: .python
        case .npm: .npm
        case .archive: .archive
        }
    }
}

extension LockedToolFile {
    /// The package URL of what the file holds.
    var purl: PackageURL {
        switch kind {
        case .wheel: .python(name, version)
        case .npm: .npm(name, version)
        case .archive: PackageURL("generic", name: name, version: version)
        }
    }
}
