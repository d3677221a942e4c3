/// What an entry of Berry's lockfile became: `name@npm:1.0.0`, `name@workspace:packages/name`, `name@https://…`.
struct BerryResolution {
    enum Origin: Equatable {
        case workspace
        /// A folder, an archive, a script or a patch of the project.
        case project
        /// A registry; the address only where the lockfile states one (`__archiveUrl`).
        case registry(version: String, address: String)
        case address(String)
    }

    let name: String
    let origin: Origin

    init?(_ text: String) {
        guard let spec = PackageSpec(text) else { return nil }
        name = spec.name
        let protocolName = spec.rest.prefix { $0 != ":" }
        switch protocolName {
        case "workspace": origin = .workspace
        case "link", "portal", "file", "exec", "patch": origin = .project
        case "npm":
            // `npm:1.0.0::__archiveUrl=https%3A…`
            let parts = spec.rest.dropFirst(4).split(separator: "::", maxSplits: 1)
            guard let version = parts.first else { return nil }
            let bindings = parts.count > 1 ? parts[1].split(separator: "&") : []
            let address = bindings.first { $0.hasPrefix("__archiveUrl=") }?.dropFirst(13)
            origin = .registry(version: String(version), address: Self.readable(String(address ?? "")))
        default: origin = .address(Self.readable(spec.rest))
        }
    }

    /// The text with its percent escapes undone, through all levels: credentials would hide in them.
    static func readable(_ text: String) -> String {
        var text = text
        for _ in 0..<4 where text.utf8.contains(UInt8(ascii: "%")) { text = text.removingPercentEscapes }
        return text
    }
}
