package import BerthRegistry
internal import BerthSystem

/// Where the two Debian archives are served, and who said so.
///
/// No address is built in: a flag wins over the user's `berth.yaml`, which wins over the machine's apt configuration.
package struct DebianSources: Sendable {
    /// One base address (`…/debian`) with its origin.
    package struct Source: Sendable, Equatable {
        package let address: Address
        package let origin: Origin
        /// Whether a Release file past its Valid-Until is refused; apt's own configuration may say no.
        package let checksExpiry: Bool
    }

    /// Who named an address.
    package enum Origin: Sendable, Equatable, CustomStringConvertible {
        case flag
        case userConfiguration
        /// A file of the machine's apt configuration.
        case apt(String)
        /// Guessed from the main archive's address: the folder `debian-security` beside `debian`.
        case sibling

        package var description: String {
            switch self {
            case .flag: "the flag"
            case .userConfiguration: "berth.yaml"
            case .apt(let file): file
            case .sibling: "beside the main archive"
            }
        }
    }

    /// Addresses that a person gave, in the order to try them.
    package struct Given: Sendable {
        package var main: [String]
        package var security: [String]

        package init(main: [String] = [], security: [String] = []) {
            self.main = main
            self.security = security
        }
    }

    package let main: [Source]
    package let security: [Source]

    package init(main: [Source], security: [Source]) {
        self.main = main
        self.security = security
    }

    /// Chooses the addresses; `.usage` with the ways to give one when nobody names the main archive.
    package static func choose(
        flags: Given = Given(), userConfiguration: Given = Given(), apt: AptConfiguration
    ) throws -> DebianSources {
        let levels: [(main: [Source], security: [Source])] = [
            (try sources(flags.main, .flag), try sources(flags.security, .flag)),
            (
                try sources(userConfiguration.main, .userConfiguration),
                try sources(userConfiguration.security, .userConfiguration)
            ),
            (apt.main, apt.security),
        ]
        guard let main = levels.map(\.main).first(where: { !$0.isEmpty }) else { throw nothing(apt) }
        let security = levels.map(\.security).first { !$0.isEmpty }
        return DebianSources(main: main, security: security ?? main.compactMap(sibling))
    }

    /// The addresses of one archive.
    package func sources(of archive: DebianArchiveKind) -> [Source] { archive == .main ? main : security }

    /// Where a pool file may be had, in the order to try.
    package func addresses(of package: DebianPackage) -> [Address] {
        sources(of: package.origin.archive).map { $0.address.appending(path: package.filename) }
    }

    private static func sources(_ texts: [String], _ origin: Origin) throws -> [Source] {
        try texts.map { Source(address: try Address($0), origin: origin, checksExpiry: true) }
    }

    /// `…/debian-security` for `…/debian`; nothing for other paths.
    private static func sibling(_ source: Source) -> Source? {
        guard source.address.fileName == "debian", let address = try? source.address.sibling("debian-security") else {
            return nil
        }
        return Source(address: address, origin: .sibling, checksExpiry: source.checksExpiry)
    }

    private static func nothing(_ apt: AptConfiguration) -> BerthError {
        BerthError(
            .usage, "no address of a Debian archive is known", place: "searched: \(apt.searched)",
            done: "no connection was made",
            remedy: "name a mirror once: make image DEBIAN_MIRROR=https://host/debian, the flag --debian-mirror, or "
                + "`debian: { main: [https://host/debian] }` in your berth.yaml")
    }
}

extension Address {
    /// The address with its last component replaced.
    fileprivate func sibling(_ name: String) throws -> Address {
        try resolved(description.hasSuffix("/") ? "../\(name)" : "./\(name)")
    }
}
