internal import BerthSystem
internal import SystemPackage

/// The variables and files that programs of this machine are configured by.
struct MachineConfiguration {
    /// Variables that are set and not empty.
    let variables: [String: String]
    let home: FilePath
    /// The file system's root; tests have one of their own.
    let root: FilePath

    private static let names = [
        "PIP_CONFIG_FILE", "PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_NO_INDEX", "PIP_CERT", "PIP_TRUSTED_HOST",
        "UV_DEFAULT_INDEX", "UV_INDEX", "UV_INDEX_URL", "UV_EXTRA_INDEX_URL", "UV_NO_INDEX", "UV_CONFIG_FILE",
        "UV_NO_CONFIG", "SSL_CERT_FILE", "VIRTUAL_ENV", "XDG_CONFIG_HOME", "XDG_CONFIG_DIRS",
    ]

    init() {
        let pairs = Self.names.compactMap { name in Machine.environment(name).map { (name, $0) } }
        self.init(variables: Dictionary(uniqueKeysWithValues: pairs), home: Machine.home, root: "/")
    }

    init(variables: [String: String], home: FilePath, root: FilePath) {
        (self.variables, self.home, self.root) = (variables, home, root)
    }

    /// An absolute path below the root.
    func path(_ absolute: String) -> FilePath { root.pushing(FilePath(String(absolute.drop { $0 == "/" }))) }

    /// The user's configuration folder (XDG base directory specification).
    var userConfiguration: FilePath { variables["XDG_CONFIG_HOME"].map { FilePath($0) } ?? home.appending(".config") }

    /// The system's configuration folders, least important first.
    var systemConfigurations: [FilePath] {
        let folders = variables["XDG_CONFIG_DIRS"]?.split(separator: ":").map(String.init) ?? ["/etc/xdg"]
        return folders.reversed().map { path($0) }
    }
}
