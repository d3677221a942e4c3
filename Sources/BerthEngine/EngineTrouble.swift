internal import BerthSystem

/// What goes wrong with engines, each with the remedy that belongs to it.
enum EngineTrouble: Error {
    case unusableAddress(String, origin: String)
    case remoteAddress(String, origin: String)
    case notRunning(String)
    case noPermission(String)
    case tooOld(api: String, needed: String)
    case clientTooOld(String)
    case noSpace(String)
    case cannotRunPlatform(ImagePlatform?, String)
    case noImage(String)
    case zstdUnknown(String)
    case failed(String, place: String)

    /// The error for people.
    func error(at place: String? = nil) -> BerthError {
        switch self {
        case .unusableAddress(let text, let origin):
            BerthError(
                .usage, "the engine address '\(text.escaped)' can't be used (\(origin))",
                remedy: "use unix:///path/to/socket or tcp://127.0.0.1:port; for ssh, forward the remote socket first")
        case .remoteAddress(let text, let origin):
            BerthError(
                .usage, "the engine address '\(text.escaped)' is on another machine (\(origin))",
                remedy: "forward its socket here with ssh -L /tmp/docker.sock:/var/run/docker.sock and name that one")
        case .notRunning(let what):
            BerthError(
                .failed, "the container engine isn't running: \(what)", place: place,
                remedy: "start it (Docker Desktop, OrbStack, 'colima start', or 'systemctl start docker') and try again"
            )
        case .noPermission(let what):
            BerthError(
                .failed, "this user may not talk to the container engine: \(what)", place: place,
                remedy: "add the user to the group that owns the socket (often 'docker') and log in again, "
                    + "or use rootless Podman with --engine podman")
        case .tooOld(let api, let needed):
            BerthError(
                .failed, "the engine is too old: it speaks API \(api), Berth needs \(needed)", place: place,
                remedy: "update it to Docker 20.10 or Podman 4.0, or newer")
        case .clientTooOld(let words):
            BerthError(
                .failed, "the engine no longer speaks Berth's API version: \(words)", place: place,
                remedy: "update Berth")
        case .noSpace(let words):
            BerthError(
                .noSpace, "the container engine has no space left", place: place, done: words,
                remedy: "free some with 'docker system prune' (or 'podman system prune'), or give its disk more room")
        case .cannotRunPlatform(let platform, let words):
            BerthError(
                .failed, "the engine can't run programs for \(platform?.description ?? "this platform")",
                place: place, done: words,
                remedy: "install an emulator on the engine's machine: on Debian 'apt-get install qemu-user-static "
                    + "binfmt-support'; Docker Desktop, OrbStack and Colima bring one (see their settings)")
        case .noImage(let image):
            BerthError(
                .failed, "the engine has no image '\(image.escaped)'", place: place,
                remedy: "load it first: berth image load")
        case .zstdUnknown(let words):
            BerthError(
                .failed, "the engine can't read zstd layers", place: place, done: words,
                remedy: "update it to Docker 23 or newer, or build the image with gzip layers")
        case .failed(let words, let what):
            BerthError(.failed, "the container engine refused: \(words.escaped)", place: place ?? what)
        }
    }

    /// What an engine's own words mean.
    static func reading(_ words: String, while action: String, platform: ImagePlatform? = nil) -> EngineTrouble {
        let low = words.lowercased()
        return if low.contains("no space left on device") || low.contains("disk quota exceeded") {
            .noSpace(words)
        } else if low.contains("exec format error") {
            .cannotRunPlatform(platform, words)
        } else if low.contains("client version") && low.contains("too old") {
            .clientTooOld(words)
        } else if low.contains("archive/tar: invalid tar header") {
            .zstdUnknown(words)
        } else {
            .failed(words, place: action)
        }
    }

    /// Runs work and turns trouble into the error for people.
    static func explained<Result>(
        at place: String? = nil, _ work: () throws(EngineTrouble) -> Result
    ) throws -> Result {
        do { return try work() } catch { throw error.error(at: place) }
    }
}
