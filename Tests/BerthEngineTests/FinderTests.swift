import BerthEngine
import BerthSystem
import BerthTestSupport
import SystemPackage
import Testing

/// Where an engine is looked for, in which order, and with which words.
struct FinderTests {
    private let machine: TemporaryFolder
    private var around: EngineSurroundings

    init() throws {
        machine = try TemporaryFolder("finder")
        around = EngineSurroundings(
            environment: [:], home: machine.path.appending("home"), root: machine.path.appending("root"), podman: nil)
    }

    private func find(_ name: String? = nil) throws -> EngineFinder.Found { try EngineFinder(around).find(name) }

    private func put(_ path: String, _ text: String = "") throws -> FilePath {
        let file = machine.path.pushing(FilePath(path))
        try Files.makeDirectory(file.removingLastComponent())
        try Files.writeAtomically(text, to: file)
        return file
    }

    private func context(_ name: String, _ host: String, folder: String) throws {
        _ = try put(
            "home/.docker/contexts/meta/\(folder)/meta.json",
            #"{"Name":"\#(name)","Metadata":{},"Endpoints":{"docker":{"Host":"\#(host)","SkipTLSVerify":false}}}"#)
    }

    @Test func `DOCKER_HOST is used alone, whatever else is there`() throws {
        _ = try put("root/var/run/docker.sock")
        var around = around
        around.environment = ["DOCKER_HOST": "unix:///other.sock", "DOCKER_CONTEXT": "x"]
        let found = try EngineFinder(around).find()
        #expect(found.addresses.map(\.endpoint) == [.socket("/other.sock")])
        #expect(found.addresses.map(\.reason) == ["DOCKER_HOST is set"])
    }

    @Test func `the context in use comes before known sockets and the podman program`() throws {
        let socket = try put("colima.sock")
        let known = try put("root/var/run/docker.sock")
        _ = try put("home/.docker/config.json", #"{"auths":{},"currentContext":"colima"}"#)
        try context("other", "unix:///nowhere.sock", folder: "aa")
        try context("colima", "unix://\(socket.string)", folder: "bb")
        var around = around
        around.podman = "/usr/bin/podman"
        let found = try EngineFinder(around).find()
        #expect(found.addresses.map(\.endpoint) == [.socket(socket), .socket(known), .podman("/usr/bin/podman")])
        #expect(found.addresses.first?.reason == "docker context colima is in use")
        #expect(found.addresses.map(\.reason)[1...] == ["Docker's usual socket", "the podman program is installed"])
    }

    @Test func `a context that is stopped or not defined is passed over and named`() throws {
        _ = try put("home/.docker/config.json", #"{"currentContext":"desktop-linux"}"#)
        #expect(try find().tried.first == "docker context desktop-linux: it is in use, but not defined")
        try context("desktop-linux", "unix:///not/there.sock", folder: "aa")
        let orb = try put("home/.orbstack/run/docker.sock")
        let found = try find()
        #expect(found.tried.first == "docker context desktop-linux: no socket at /not/there.sock")
        #expect(found.addresses == [EngineAddress(.socket(orb), reason: "OrbStack's usual socket")])
    }

    @Test func `DOCKER_CONFIG and DOCKER_CONTEXT lead to a context, and a missing one is an error`() throws {
        try context("far", "tcp://127.0.0.1:2375", folder: "aa")
        var around = around
        around.environment = [
            "DOCKER_CONFIG": machine.path.pushing("home/.docker").string, "DOCKER_CONTEXT": "far",
        ]
        around.home = "/nowhere"
        #expect(try EngineFinder(around).find().addresses.map(\.location) == ["tcp://127.0.0.1:2375"])
        around.environment["DOCKER_CONTEXT"] = "near"
        let error = #expect(throws: BerthError.self) { try EngineFinder(around).find() }
        #expect(error?.status == .usage && error?.what.contains("'near'") == true)
    }

    @Test func `every known socket is found where its engine makes it`() throws {
        var around = around
        around.environment["XDG_RUNTIME_DIR"] = machine.path.appending("runtime").string
        let places = [
            "root/var/run/docker.sock", "runtime/docker.sock", "home/.docker/run/docker.sock",
            "home/.orbstack/run/docker.sock", "home/.colima/default/docker.sock", "runtime/podman/podman.sock",
            "root/run/podman/podman.sock",
        ]
        let sockets = try places.map { try put($0) }
        #expect(try EngineFinder(around).find().addresses.map(\.endpoint) == sockets.map { .socket($0) })
        #expect(try EngineFinder(around).find("docker").addresses.count == 5)
        around.podman = "/opt/podman"
        let podman = try EngineFinder(around).find("podman").addresses.map(\.endpoint)
        #expect(podman == [.podman("/opt/podman")] + sockets.suffix(2).map { .socket($0) })
    }

    @Test(arguments: [
        ("unix:///a/b.sock", "unix:///a/b.sock"), ("/a/b.sock", "unix:///a/b.sock"),
        ("tcp://localhost:2375", "tcp://localhost:2375"), ("tcp://[::1]:2375/", "tcp://[::1]:2375"),
    ])
    func `an address is taken as it is named`(name: String, location: String) throws {
        let found = try find(name)
        #expect(found.addresses.map(\.location) == [location])
        #expect(found.addresses.map(\.reason) == ["named by --engine"] && found.named)
    }

    @Test(arguments: [
        ("ssh://build@far", "can't be used"), ("tcp://10.0.0.7:2376", "on another machine"),
        ("tcp://localhost", "can't be used"), ("tcp://localhost:99999", "can't be used"), ("unix://", "can't be used"),
        ("npipe:////./pipe/docker", "can't be used"), ("dokcer", "no docker context called 'dokcer'"),
    ])
    func `an address that can't be used is refused with a way out`(name: String, words: String) throws {
        let error = #expect(throws: BerthError.self) { try find(name) }
        #expect(error?.status == .usage)
        #expect(error?.what.contains(words) == true, "\(error?.what ?? "")")
        #expect(error?.remedy?.isEmpty == false)
    }

    @Test func `a broken configuration is an error that names the file`() throws {
        let path = try put("home/.docker/config.json", #"{"currentContext": "#)
        let error = #expect(throws: BerthError.self) { try find() }
        #expect(error?.place == path.string && error?.status == .usage)
    }

    @Test func `with no engine at all the error says what was tried`() async throws {
        let error = try await failure { _ = try await Engines.open(in: around) }
        #expect(error.what == "no container engine was found")
        for word in ["Docker Desktop", "Colima", "OrbStack", "podman"] { #expect(error.done?.contains(word) == true) }
        #expect(error.remedy?.contains("--engine") == true)
    }
}
