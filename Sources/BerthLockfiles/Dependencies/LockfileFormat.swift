/// The lockfiles that can be read into packages.
package enum LockfileFormat: String, Sendable, CaseIterable {
    /// pip's `requirements.txt` with `--hash` on each requirement.
    case requirements
    /// PEP 751.
    case pylock
    case uv
    case poetry
    case pdm
    /// `Pipfile.lock`.
    case pipfile
    /// `package-lock.json` and `npm-shrinkwrap.json`, versions 1 to 3.
    case packageLock = "package-lock"
    /// `pnpm-lock.yaml`, versions 6 and 9.
    case pnpm
    /// `yarn.lock` of version 1 and of Berry.
    case yarn

    /// The format of a file by its name; nil for names that are no lockfile's.
    package static func of(fileName: String) -> LockfileFormat? {
        switch fileName {
        case "uv.lock": .uv
        case "poetry.lock": .poetry
        case "pdm.lock": .pdm
        case "Pipfile.lock": .pipfile
        case "package-lock.json", "npm-shrinkwrap.json": .packageLock
        case "pnpm-lock.yaml": .pnpm
        case "yarn.lock": .yarn
        case "pylock.toml": .pylock
        case _ where fileName.hasPrefix("pylock.") && fileName.hasSuffix(".toml"): .pylock
        case _ where fileName.hasSuffix(".txt") && fileName.contains("requirements"): .requirements
        default: nil
        }
    }
}
