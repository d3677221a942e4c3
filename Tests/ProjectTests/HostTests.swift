internal import BerthSystem
internal import BerthTestSupport
internal import SystemPackage
internal import Testing

/// Where packages come from is configuration: no file of the project says it.
struct HostTests {
    /// Hosts of the registries that this machine's apt and pip use.
    private static func hosts() async throws -> Set<String> {
        var texts: [String] = []
        let folder = "/etc/apt/sources.list.d"
        for name in try Files.list(.init(folder)) { texts.append(try Files.readText(.init("\(folder)/\(name)"))) }
        if Files.exists("/etc/apt/sources.list") { texts.append(try Files.readText("/etc/apt/sources.list")) }
        let builtIn =
            "import pip._internal.models.index as i; print(i.PyPI.url, 'https://' + i.PyPI.file_storage_domain)"
        for arguments in [["-c", builtIn], ["-m", "pip", "config", "list"]] {
            if let outcome = try? await Project.run("python3", arguments) { texts.append(outcome.output) }
        }
        let addresses = texts.flatMap { $0.matches(of: #/https?:\/\/(?:[^\/@\s]*@)?([^\/:\s'"]+)/#) }
        return Set(addresses.map { String($0.output.1) }).subtracting(["localhost", "127.0.0.1"])
    }

    @Test(.linuxOnly("apt's configuration")) func `no file names a package registry's host`() async throws {
        let hosts = try await Self.hosts()
        try #require(!hosts.isEmpty)
        for file in try Project.files() {
            let text = try file.text
            for host in hosts {
                #expect(!text.contains(host), "\(file.name) names \(host): take it from the machine's configuration")
            }
        }
    }
}
