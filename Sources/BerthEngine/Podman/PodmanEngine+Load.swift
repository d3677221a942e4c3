internal import BerthSystem
internal import SystemPackage

extension PodmanEngine {
    package func load(_ archive: ImageArchive) async throws -> LoadedImage {
        var limited = command(["load"])
        limited.limit = .seconds(3600)
        let outcome = try await limited.run { input in try await archive.write(ProgramSink(input: input)) }
        guard outcome.succeeded else { throw trouble(outcome, while: "load") }
        var found: LoadedImage?
        for name in archive.names {
            guard let image = try await inspect(name), found == nil || found?.id == image.id else {
                throw BerthError(
                    .failed, "podman took the archive, but '\(name.escaped)' is not the loaded image",
                    place: program.string, remedy: "remove that name with 'podman rmi' and load again")
            }
            found = image
        }
        guard let found else { throw BerthError(.usage, "an image needs a name to be loaded under") }
        return found
    }
}

/// The archive goes into the program's standard input.
private struct ProgramSink: ArchiveSink {
    let input: CommandInput

    func write(_ bytes: [UInt8]) async throws { try await input.write(bytes) }
}
