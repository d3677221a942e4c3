/// The parts of podman's JSON that Berth reads (podman-info(1), podman-inspect(1)).
enum PodmanMessages {
    struct Info: Decodable {
        struct Host: Decodable {
            let architecture: String
            let system: String
            let memory: Int64
            let processors: Int
            enum CodingKeys: String, CodingKey {
                case architecture = "arch"
                case system = "os"
                case memory = "memTotal"
                case processors = "cpus"
            }
        }
        struct Store: Decodable {
            let driver: String
            enum CodingKeys: String, CodingKey { case driver = "graphDriverName" }
        }
        struct Version: Decodable {
            let version: String
            enum CodingKeys: String, CodingKey { case version = "Version" }
        }
        let host: Host
        let store: Store
        let version: Version
    }

    struct ImageSummary: Decodable {
        let id: String
        let names: [String]?
        let size: Int64?
        enum CodingKeys: String, CodingKey {
            case id = "Id"
            case names = "Names"
            case size = "Size"
        }

        var listed: EngineContents.Image? {
            EngineDigest(id).map { .init(id: $0, names: (names ?? []).sorted(), size: size ?? 0) }
        }
    }

    struct Container: Decodable {
        struct State: Decodable {
            let status: String
            let exitCode: Int32
            let outOfMemory: Bool?
            enum CodingKeys: String, CodingKey {
                case status = "Status"
                case exitCode = "ExitCode"
                case outOfMemory = "OOMKilled"
            }
        }
        let state: State
        enum CodingKeys: String, CodingKey { case state = "State" }
    }
}
