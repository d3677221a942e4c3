internal import BerthArchive
internal import BerthPackages
internal import BerthRegistry

extension PackageSupply {
    /// Where the files of a locked tool lie now, each kind by its own configuration.
    func addresses(
        of files: [LockedToolFile], _ tool: LockedTool, _ part: LockedPlatform, _ recipe: Recipe
    ) async throws -> [RemoteFile] {
        let wheels = files.filter { $0.kind == .wheel }.map(WheelPin.init)
        var found = try await self.wheels(wheels, part.toolTarget)
        for file in files where file.kind == .archive {
            let address = try recipe.archive(tool).map { try $0.address(for: part.platform) }
            found.append(RemoteFile(file.file, address.map { [$0] } ?? []))
        }
        let packages = files.filter { $0.kind == .npm }
        guard !packages.isEmpty else { return found }
        return found + (try await npm(packages, part.platform.npmTarget(part.tools ?? [])))
    }
}

extension Recipe {
    /// The archive that a locked tool was taken from; nil when the recipe says otherwise by now.
    func archive(_ tool: LockedTool) -> ToolArchive? {
        guard let sources = tools?.first(where: { $0.name == tool.name })?.sources,
            sources.indices.contains(tool.choice), case .archive(let archive) = sources[tool.choice].origin
        else { return nil }
        return archive
    }
}
