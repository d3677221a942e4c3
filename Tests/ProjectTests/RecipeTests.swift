internal import BerthSystem
internal import SystemPackage
internal import Testing

/// The recipes that come with the project, beside what they are made of.
struct RecipeTests {
    /// The step's client lies beside each recipe, as a recipe names only what is below its own folder.
    @Test(arguments: ["node", "python"]) func `the image's berth-cache is the project's`(name: String) throws {
        let copy = Project.file("images/\(name)/bin/berth-cache")
        let original = Project.file("scripts/berth-cache")
        #expect(
            try copy.text == original.text,
            "run: scripts/sync-berth-cache, which copies it and locks the recipes anew")
        #expect(try Files.facts(copy.path)?.mode == Files.facts(original.path)?.mode)
    }
}
