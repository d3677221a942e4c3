internal import BerthArchive
internal import BerthPackages
internal import BerthRegistry
internal import BerthReport
internal import BerthSystem

/// Finds each tool of a recipe in the first of its sources that answers.
struct ToolLocker: Sendable {
    let platform: Platform
    /// Processor and C library that wheels must fit.
    let target: PythonTarget
    let before: LockedPlatform?
    /// Whether the lock before was made of the very recipe.
    let isSameRecipe: Bool
    /// npm packages of locks before, by what their registry promises of them.
    let known: [Integrity: FetchedFile]
    let supply: PackageSupply
    let fileSource: any LockFactSource
    let progress: any ProgressSink

    /// The recipe's tools in its order; optional ones that no source has are left out, and that is said.
    func lock(_ tools: [Tool]) async throws -> [LockedTool] {
        var locked: [LockedTool] = []
        for tool in tools {
            if let found = try await lock(tool, beside: locked) { locked.append(found) }
        }
        return locked
    }

    private func lock(_ tool: Tool, beside others: [LockedTool]) async throws -> LockedTool? {
        let previous = previous(tool)
        var failures: [BerthError] = []
        for (choice, source) in tool.sources.enumerated() {
            do { return try await lock(tool, source, choice, beside: others) } catch let error as BerthError {
                // What came but is not what was promised is no reason to look elsewhere.
                guard error.status != .damaged, error.status != .noSpace else { throw error }
                failures.append(error)
                guard error.status == .temporary, let previous, previous.choice == choice else { continue }
                // One night out of reach must not change what the image is made of.
                guard isSameRecipe, let kept = try kept(previous, failures) else { throw error }
                return kept
            } catch let missing as MissingFiles { failures.append(missing.explained) }
        }
        guard let reason = tool.optional else { throw unobtainable(tool, failures) }
        if let previous, let kept = try kept(previous, failures) { return kept }
        progress.report(
            .said("\(tool.name) is left out (\(reason)): \(failures.map(\.what).joined(separator: "; "))"))
        return nil
    }

    /// The tool as the lock before had it; nil where the recipe has another kind of source in that place by now.
    private func previous(_ tool: Tool) -> LockedTool? {
        guard let known = before?.tools?.first(where: { $0.name == tool.name }),
            tool.sources.indices.contains(known.choice),
            known.files.allSatisfy({ $0.kind == tool.sources[known.choice].origin.kind })
        else { return nil }
        return known
    }

    /// What the lock before had, if its files are still here; that it stays is said.
    private func kept(_ tool: LockedTool, _ failures: [BerthError]) throws -> LockedTool? {
        guard try fileSource.holds(tool) else { return nil }
        progress.report(
            .said("\(tool.name) stays at \(tool.version): \(failures.map(\.what).joined(separator: "; "))"))
        return tool
    }

    private func lock(
        _ tool: Tool, _ source: ToolSource, _ choice: Int, beside others: [LockedTool]
    ) async throws -> LockedTool {
        let files =
            switch source.origin {
            case .wheel(let requirement): [try await wheel(requirement)]
            case .archive(let archive): [try await self.archive(archive, tool)]
            case .npm(let installation):
                try await npm(installation, isTaken: !source.take.isEmpty, platform.npmTarget(others))
            case .lockfile(let project): try await npm(project, platform.npmTarget(others))
            }
        return LockedTool(name: tool.name, choice: choice, version: files.first?.version ?? "", files: files)
    }

    private func wheel(_ text: String) async throws -> LockedToolFile {
        let requirement = try PythonRequirement(text)
        let found = try await supply.pythonResolver().resolve([requirement], for: target, dependencies: false)
        guard let package = found.first(where: { $0.name == requirement.name }) else {
            throw BerthError(
                .failed, "no wheel meets \(text.escaped)", remedy: "ask for another version in the recipe")
        }
        let file = try await fileSource.facts(of: [package])[0]
        return LockedToolFile(
            kind: .wheel, name: package.name, version: package.version, fileName: package.fileName, size: file.size,
            sha256: package.digest, date: file.date)
    }

    private func archive(_ archive: ToolArchive, _ tool: Tool) async throws -> LockedToolFile {
        guard let digest = archive.hashes[platform] else {
            throw BerthError(
                .usage, "the recipe has no hash of the archive of \(tool.name) for \(platform)",
                remedy: "add it under sha256, or another source for that platform")
        }
        let address = try archive.address(for: platform)
        let file = try await fileSource.facts(ofArchive: digest, at: address)
        return LockedToolFile(
            kind: .archive, name: tool.name, version: archive.version ?? digest.short, fileName: address.fileName,
            size: file.size, sha256: digest, date: file.date)
    }

    private func unobtainable(_ tool: Tool, _ failures: [BerthError]) -> BerthError {
        // What all sources say counts; else that it may work later, where one of them says so.
        let kinds = Set(failures.map(\.status))
        let status = kinds.count == 1 ? failures[0].status : kinds.contains(.temporary) ? .temporary : .failed
        let list = zip(tool.sources, failures).map { "\n  \($0.title): \($1)" }.joined()
        return BerthError(
            status, "no source has \(tool.name) for \(platform)", place: list, done: "the lock stays as it was",
            remedy: "mend one of the sources named above, or add another to the recipe")
    }
}

extension ToolArchive {
    /// Where the platform's archive lies.
    func address(for platform: Platform) throws -> Address {
        try Address(address.replacing("{cpu}", with: platform.npmProcessor))
    }
}

extension Platform {
    /// npm's word for the processor (Node's `process.arch`).
    var npmProcessor: String { npmProcessorKind.rawValue }

    private var npmProcessorKind: NpmTarget.Processor { architecture == .arm64 ? .arm64 : .x64 }

    /// The machine that npm packages are for, with the image's own Node where a tool of that name brings one, else with
    /// a version that is no obstacle; so also where a hash stands for the version of Node's archive.
    func npmTarget(_ tools: [LockedTool]) throws -> NpmTarget {
        let node = tools.first { $0.name == "node" }
        let isKnown = node?.files.first.map { $0.kind != .archive || $0.version != $0.sha256.short } ?? false
        let version = isKnown ? node?.version ?? "" : "24.0.0"
        guard let target = NpmTarget(processor: npmProcessorKind, node: version) else {
            throw BerthError(
                .usage, "the tool node has the version \(version.escaped), which is none of Node's",
                remedy: "give the tool another name, or take Node from another source")
        }
        return target
    }
}

extension ToolSource.Origin {
    /// What a lock calls files of it.
    var kind: LockedToolFile.Kind {
        switch self {
        case .wheel: .wheel
        case .npm, .lockfile: .npm
        case .archive: .archive
        }
    }
}

extension ToolSource {
    /// What a message calls it.
    var title: String {
        switch origin {
        case .wheel(let requirement): "wheel \(requirement)"
        case .npm(let installation): "npm \(installation.package)"
        case .lockfile(let project): "lockfile \(project.path)"
        case .archive(let archive): "archive \((try? Address(archive.address))?.description ?? "")"
        }
    }
}
