/// The machine that packages are chosen for, in Node's words.
package struct NpmTarget: Sendable, Hashable {
    /// Processors by the names of Node's `process.arch`.
    package enum Processor: String, Sendable { case arm64, x64 }

    /// `linux`: the images that Berth builds.
    package let system = "linux"
    package let processor: Processor
    /// `glibc` or `musl`.
    package let libc: String
    /// The version of Node that runs there.
    package let node: NpmVersion

    /// Nil where `node` is no version.
    package init?(processor: Processor, libc: String = "glibc", node: String) {
        guard let version = NpmVersion(node) else { return nil }
        (self.processor, self.libc, self.node) = (processor, libc, version)
    }

    /// Whether a package's `os`, `cpu` and `libc` lists let it in.
    package func admits(_ platform: NpmPlatform) -> Bool {
        Self.admits(system, platform.systems) && Self.admits(processor.rawValue, platform.processors)
            && Self.admits(libc, platform.libcs)
    }

    /// None of those with `!`, and one of the others where there are others.
    private static func admits(_ value: String, _ list: [String]) -> Bool {
        if list.isEmpty || list == ["any"] { return true }
        let refused = list.filter { $0.hasPrefix("!") }
        if refused.contains("!" + value) { return false }
        return refused.count == list.count || list.contains(value)
    }
}

extension NpmTarget: CustomStringConvertible {
    /// As people read it: `linux arm64 glibc, Node 24.11.0`.
    package var description: String { "\(system) \(processor.rawValue) \(libc), Node \(node)" }
}

/// The machines that a package says it is for; an empty list is for all.
package struct NpmPlatform: Sendable, Hashable {
    package var systems: [String] = []
    package var processors: [String] = []
    package var libcs: [String] = []

    package init(systems: [String] = [], processors: [String] = [], libcs: [String] = []) {
        (self.systems, self.processors, self.libcs) = (systems, processors, libcs)
    }
}
