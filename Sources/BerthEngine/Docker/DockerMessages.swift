internal import BerthSystem

/// The parts of the Docker API's messages that Berth reads and writes (moby: api/swagger.yaml).
enum DockerMessages {
    struct Version: Decodable {
        struct Component: Decodable {
            let name: String
            enum CodingKeys: String, CodingKey { case name = "Name" }
        }
        let version: String
        let components: [Component]?
        enum CodingKeys: String, CodingKey {
            case version = "Version"
            case components = "Components"
        }
    }

    struct Info: Decodable {
        let driver: String
        let driverStatus: [[String]]?
        let architecture: String
        let system: String
        let memory: Int64
        let processors: Int
        enum CodingKeys: String, CodingKey {
            case driver = "Driver"
            case driverStatus = "DriverStatus"
            case architecture = "Architecture"
            case system = "OSType"
            case memory = "MemTotal"
            case processors = "NCPU"
        }
    }

    struct ImageSummary: Decodable {
        let id: String
        let names: [String]?
        let size: Int64?
        enum CodingKeys: String, CodingKey {
            case id = "Id"
            case names = "RepoTags"
            case size = "Size"
        }

        var listed: EngineContents.Image? {
            let named = (names ?? []).filter { $0 != "<none>:<none>" }
            return EngineDigest(id).map { .init(id: $0, names: named.sorted(), size: size ?? 0) }
        }
    }

    struct ContainerSummary: Decodable {
        let id: String
        let names: [String]?
        let image: String
        enum CodingKeys: String, CodingKey {
            case id = "Id"
            case names = "Names"
            case image = "ImageID"
        }

        var listed: EngineContents.Container? {
            let name = names?.first.map { $0.hasPrefix("/") ? String($0.dropFirst()) : $0 }
            return EngineDigest(image).map { .init(name: name ?? String(id.prefix(12)), image: $0) }
        }
    }

    struct Image: Decodable {
        struct RootFS: Decodable {
            let layers: [String]?
            enum CodingKeys: String, CodingKey { case layers = "Layers" }
        }
        let id: String
        let names: [String]?
        let architecture: String
        let system: String
        let rootFS: RootFS?
        enum CodingKeys: String, CodingKey {
            case id = "Id"
            case names = "RepoTags"
            case architecture = "Architecture"
            case system = "Os"
            case rootFS = "RootFS"
        }

        /// The same in Berth's types; nil when the engine's digests are none.
        var loaded: LoadedImage? {
            let diffIDs = (rootFS?.layers ?? []).compactMap { EngineDigest($0) }
            guard let id = EngineDigest(id), diffIDs.count == rootFS?.layers?.count ?? 0 else { return nil }
            return LoadedImage(
                id: id, names: names ?? [], diffIDs: diffIDs,
                platform: ImagePlatform(system: system, architecture: architecture))
        }
    }

    /// One line of the answer to a load.
    struct Progress: Decodable {
        let error: String?
    }

    struct Container: Decodable {
        struct State: Decodable {
            let exitCode: Int32
            let outOfMemory: Bool?
            let error: String?
            enum CodingKeys: String, CodingKey {
                case exitCode = "ExitCode"
                case outOfMemory = "OOMKilled"
                case error = "Error"
            }
        }
        let state: State
        enum CodingKeys: String, CodingKey { case state = "State" }
    }
}
