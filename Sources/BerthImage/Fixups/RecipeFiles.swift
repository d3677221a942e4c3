internal import BerthArchive

/// The files that the recipe itself brings: inline texts and copied folders; they win over all other generated files.
struct RecipeFiles: Fixup {
    func apply(_ packages: PackageSet, to tree: inout GeneratedTree) throws {
        for file in packages.recipe.files {
            tree.file(file.path, file.bytes, mode: file.mode, owner: .init(user: file.owner, group: file.owner))
        }
    }
}
