internal import BerthSystem
internal import Foundation
package import SystemPackage

/// The contexts that the docker program keeps below its configuration folder (docker/cli: cli/context/store).
package struct DockerContexts: Sendable {
    /// `~/.docker`, or what DOCKER_CONFIG says.
    package let folder: FilePath

    package init(folder: FilePath) { self.folder = folder }

    private struct Configuration: Decodable { var currentContext: String? }

    private struct Metadata: Decodable {
        struct Endpoint: Decodable {
            var host: String?
            enum CodingKeys: String, CodingKey { case host = "Host" }
        }
        var name: String
        var endpoints: [String: Endpoint]?
        enum CodingKeys: String, CodingKey {
            case name = "Name"
            case endpoints = "Endpoints"
        }
    }

    /// The context in use by `config.json`; nil for the default one.
    package func current() throws -> String? {
        let path = folder.appending("config.json")
        guard Files.exists(path) else { return nil }
        let name = try decode(Configuration.self, path).currentContext
        return name.flatMap { $0.isEmpty || $0 == "default" ? nil : $0 }
    }

    /// The address of a context by name; nil when there is no such context or it has no Docker endpoint.
    ///
    /// A context's folder is named by a hash of its name; reading them all needs no hash, and there are few.
    package func host(of name: String) throws -> String? {
        let root = folder.appending("contexts").appending("meta")
        for entry in try Files.list(root) {
            let path = root.appending(entry).appending("meta.json")
            guard Files.exists(path) else { continue }
            let context = try decode(Metadata.self, path)
            if context.name == name { return context.endpoints?["docker"]?.host }
        }
        return nil
    }

    private func decode<Value: Decodable>(_ type: Value.Type, _ path: FilePath) throws -> Value {
        let bytes = try Files.read(path, limit: 1 << 20)
        do { return try JSONDecoder().decode(type, from: Data(bytes)) } catch {
            throw BerthError(
                .usage, "the docker program's configuration can't be read", place: path.string,
                remedy: "repair the file, set DOCKER_HOST, or name the engine with --engine unix:///path/to/socket",
                cause: error)
        }
    }
}
