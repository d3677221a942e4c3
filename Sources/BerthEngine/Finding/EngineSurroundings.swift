internal import BerthSystem
package import SystemPackage

/// What decides where an engine is looked for; tests put their own in.
package struct EngineSurroundings: Sendable {
    package var environment: [String: String]
    package var home: FilePath
    /// Stands before the absolute socket paths (`/var/run/docker.sock`).
    package var root: FilePath
    package var podman: FilePath?

    package init(environment: [String: String], home: FilePath, root: FilePath = "/", podman: FilePath?) {
        self.environment = environment
        self.home = home
        self.root = root
        self.podman = podman
    }

    /// This machine, this user.
    package static var current: EngineSurroundings {
        let names = ["DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_CONFIG", "CONTAINER_HOST", "XDG_RUNTIME_DIR"]
        let pairs = names.compactMap { name in Machine.environment(name).map { (name, $0) } }
        return EngineSurroundings(
            environment: Dictionary(pairs) { $1 }, home: Machine.home, podman: Programs.find("podman"))
    }

    /// A variable that is set and not empty.
    func variable(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }

    var contexts: DockerContexts {
        DockerContexts(folder: variable("DOCKER_CONFIG").map { FilePath($0) } ?? home.appending(".docker"))
    }

    /// Sockets that engines make by default, in the order in which they are tried.
    var knownSockets: [(path: FilePath, owner: String)] {
        let own: [(String, String)] = [
            (".docker/run/docker.sock", "Docker Desktop"), (".orbstack/run/docker.sock", "OrbStack"),
            (".colima/default/docker.sock", "Colima"), (".config/colima/default/docker.sock", "Colima"),
            (".rd/docker.sock", "Rancher Desktop"), (".lima/docker/sock/docker.sock", "Lima"),
        ]
        var sockets = [(root.pushing("var/run/docker.sock"), "Docker")]
        if let runtime = variable("XDG_RUNTIME_DIR").map({ FilePath($0) }) {
            sockets.append((runtime.appending("docker.sock"), "rootless Docker"))
        }
        sockets += own.map { (home.pushing(FilePath($0.0)), $0.1) }
        return sockets + podmanSockets
    }

    /// Sockets of Podman's service alone.
    var podmanSockets: [(path: FilePath, owner: String)] {
        let machine = ".local/share/containers/podman/machine/podman.sock"
        let own = variable("XDG_RUNTIME_DIR").map { FilePath($0).pushing("podman/podman.sock") }
        return (own.map { [($0, "rootless Podman")] } ?? []) + [
            (root.pushing("run/podman/podman.sock"), "Podman"), (home.pushing(FilePath(machine)), "Podman machine"),
        ]
    }
}
