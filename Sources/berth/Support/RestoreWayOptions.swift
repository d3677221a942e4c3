internal import ArgumentParser
internal import BerthCache

/// How a restore goes about its work.
struct RestoreWayOptions: ParsableArguments {
    @Option(
        help: """
            How files get to their place: snapshot, overlay (a mount; berth cache release ends it), reflink or unpack. \
            Without it the cheapest that is possible without a mount.
            """)
    var strategy: RestoreOptions.Strategy?

    @Flag(help: "Hash all that is read, also what was hashed since the machine's start.")
    var verify = false

    @Option(help: "replace what is there as a whole, or existing: write only what differs, remove what is too much.")
    var into = RestoreOptions.Into.replace

    var options: RestoreOptions { RestoreOptions(strategy: strategy, verify: verify, into: into) }
}

extension RestoreOptions.Strategy: ExpressibleByArgument {}
extension RestoreOptions.Into: ExpressibleByArgument {}
