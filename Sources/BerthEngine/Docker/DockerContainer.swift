internal import BerthSystem
internal import SystemPackage

/// The body of a request that makes a container (moby: api/swagger.yaml, ContainerCreate).
struct DockerContainer: Encodable {
    struct Host: Encodable {
        struct Log: Encodable {
            let type = "json-file"
            /// A command that never stops talking must not fill the engine's disk.
            let options = ["max-size": "32m", "max-file": "2"]
            enum CodingKeys: String, CodingKey {
                case type = "Type"
                case options = "Config"
            }
        }
        /// A bind whose folder isn't there is refused; the older field `Binds` would make an empty one.
        struct Mount: Encodable {
            let type = "bind"
            let source: String
            let target: String
            let readOnly: Bool
            enum CodingKeys: String, CodingKey {
                case type = "Type"
                case source = "Source"
                case target = "Target"
                case readOnly = "ReadOnly"
            }
        }
        let networkMode: String?
        let memory: Int64?
        /// Memory and swap together: the same number means no swap.
        let memorySwap: Int64?
        let processes: Int
        let mounts: [Mount]
        /// The output is read back from the log, so the log must be one that can be read.
        let log = Log()
        enum CodingKeys: String, CodingKey {
            case networkMode = "NetworkMode"
            case memory = "Memory"
            case memorySwap = "MemorySwap"
            case processes = "PidsLimit"
            case mounts = "Mounts"
            case log = "LogConfig"
        }
    }

    let image: String
    let entrypoint: [String]
    let command: [String]
    let user: String?
    let environment: [String]
    let directory: String?
    let labels: [String: String]
    let host: Host

    enum CodingKeys: String, CodingKey {
        case image = "Image"
        case entrypoint = "Entrypoint"
        case command = "Cmd"
        case user = "User"
        case environment = "Env"
        case directory = "WorkingDir"
        case labels = "Labels"
        case host = "HostConfig"
    }

    init(_ request: RunRequest) {
        image = request.image
        entrypoint = request.command.first.map { [$0] } ?? []
        command = Array(request.command.dropFirst())
        user = request.user
        environment = request.environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        directory = request.directory
        labels = RunRequest.labels
        host = Host(
            networkMode: request.network.name, memory: request.memory, memorySwap: request.memory,
            processes: request.processes,
            mounts: request.binds.map {
                Host.Mount(source: $0.source.string, target: $0.target, readOnly: $0.readOnly)
            })
    }
}

extension RunRequest {
    /// Marks Berth's containers with the process that made them, so that one left by a crash can be told.
    static var labels: [String: String] {
        ["berth.boot": Machine.bootIdentity, "berth.process": "\(Machine.processIdentifier)"]
    }
}

extension RunRequest.Network {
    /// Its name in both engines' words; nil where nothing need be said.
    var name: String? {
        switch self {
        case .none: "none"
        case .standard: nil
        case .host: "host"
        }
    }
}
