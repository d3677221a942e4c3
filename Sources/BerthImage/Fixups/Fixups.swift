/// All fix-ups, in the order in which a later one may see or replace what an earlier one made.
enum Fixups {
    static let all: [any Fixup] = [
        BaseFolders(), Accounts(), SystemFiles(), PluggableAuthentication(), CertificateBundle(), Alternatives(),
        LinkerCache(), PythonFolders(),
        PackageDatabase(), RecipeFiles(),
    ]
}
