internal import BerthDocument
internal import BerthSystem

/// The scripts that npm would run while it installs a package; Berth runs none.
package enum NpmScripts {
    private static let names = ["preinstall", "install", "postinstall"]

    /// The names of those that a `package.json` has.
    static func run(atInstall node: DocumentNode) -> [String] {
        names.filter { !(node["scripts"]?[$0]?.quoted ?? "").isEmpty }
    }

    /// Throws `.usage` for packages that need scripts, unless they are allowed by name with a reason.
    ///
    /// An allowed package is installed without its scripts, which the reason must bear.
    package static func check(_ packages: [NpmPackage], allowed: [String: String]) throws {
        let refused = packages.filter { $0.hasInstallScript && allowed[$0.name] == nil }
        guard let first = refused.first else { return }
        throw refusal(refused.map(\.label).sorted(), of: first.name)
    }

    static func refusal(_ labels: [String], of name: String, scripts: [String] = []) -> BerthError {
        let list = scripts.isEmpty ? "" : " (\(scripts.joined(separator: ", ")))"
        return BerthError(
            .usage,
            "npm would run install scripts of \(labels.joined(separator: ", ").escaped)\(list); Berth runs none",
            done: "nothing was changed",
            remedy: "use a package that brings built files, or allow \(name.escaped) by name in the recipe, with the "
                + "reason why it works without them")
    }
}
