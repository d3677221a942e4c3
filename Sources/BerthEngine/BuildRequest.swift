package import SystemPackage

/// A folder with a Dockerfile, for the engine's own builder.
package struct BuildRequest: Sendable {
    package var folder: FilePath
    /// The Dockerfile, relative to the folder.
    package var file: String
    package var platform: ImagePlatform
    package var arguments: [String: String] = [:]
    /// What RUN steps may reach.
    package var network = RunRequest.Network.standard
    package var limit: Duration = .seconds(3600)

    package init(folder: FilePath, file: String = "Dockerfile", platform: ImagePlatform) {
        self.folder = folder
        self.file = file
        self.platform = platform
    }
}
