package import SystemPackage

/// One command to run in a fresh container, which is gone afterwards whatever happens.
package struct RunRequest: Sendable {
    /// What a container reaches; `standard` is the engine's default, often a bridge to the outside.
    package enum Network: Sendable { case none, standard, host }

    /// A folder of this machine shown inside the container.
    package struct Bind: Sendable {
        package var source: FilePath
        package var target: String
        package var readOnly: Bool

        package init(_ source: FilePath, at target: String, readOnly: Bool = true) {
            self.source = source
            self.target = target
            self.readOnly = readOnly
        }
    }

    /// A name or id the engine knows; it never fetches one.
    package var image: String
    /// Program and arguments; they replace the image's entrypoint and command.
    package var command: [String]
    /// `user` or `uid:gid`; nil for the image's own.
    package var user: String?
    package var environment: [String: String] = [:]
    package var directory: String?
    package var platform: ImagePlatform?
    package var network = Network.none
    /// Bytes of memory, swap included; nil for no limit.
    package var memory: Int64?
    /// Processes at once.
    package var processes = 4096
    package var binds: [Bind] = []
    package var limit: Duration = .seconds(300)
    /// Bytes kept of each of the two outputs: the last ones.
    package var outputLimit = 4 << 20

    package init(image: String, command: [String]) {
        self.image = image
        self.command = command
    }
}

/// How a command in a container ended.
package struct RunOutcome: Sendable, Equatable {
    /// The command's exit code; 126 when it can't be run, 127 when it isn't there, 128 + signal.
    package let code: Int32
    package let output: String
    package let errors: String
    /// Whether the kernel ended it because of its memory limit.
    package let outOfMemory: Bool

    package init(code: Int32, output: String, errors: String, outOfMemory: Bool = false) {
        self.code = code
        self.output = output
        self.errors = errors
        self.outOfMemory = outOfMemory
    }

    package var succeeded: Bool { code == 0 }
}
