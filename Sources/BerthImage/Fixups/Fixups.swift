/// All fix-ups, in the order in which a later one may see or replace what an earlier one made.
enum Fixups {
    /// Raised whenever a fix-up makes other files of the same packages: versions made before are then made anew.
    static let edition = 2

    static let all: [any Fixup] = [
        BaseFolders(), Accounts(), SystemFiles(), PluggableAuthentication(), CertificateBundle(), Alternatives(),
        LinkerCache(), PythonFolders(), BrowserLinks(),
        PackageDatabase(), RecipeFiles(),
    ]
}
