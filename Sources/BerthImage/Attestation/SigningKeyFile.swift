package import BerthArchive
internal import BerthSystem
internal import Foundation
package import SystemPackage

/// Keys in files: a private key that only its owner may read, and its public half beside it.
package enum SigningKeyFile {
    private static let longest = 1 << 16

    /// `$BERTH_SIGNING_KEY`, else `signing.pem` beside the user's berth.yaml.
    package static var standardPath: FilePath {
        Machine.environment("BERTH_SIGNING_KEY").map { FilePath($0) }
            ?? UserConfiguration.path.removingLastComponent().appending("signing.pem")
    }

    /// The public half's file: `signing.pub` beside `signing.pem`.
    package static func publicPath(of path: FilePath) -> FilePath {
        path.removingLastComponent().appending("\(path.stem ?? "signing").pub")
    }

    /// A key, and whether it was made just now.
    package struct Opened: Sendable {
        package let key: SigningKey
        package let path: FilePath
        package let isNew: Bool
    }

    /// Reads a private key; throws `.usage` when others may read it or it is no key of ours, and
    /// `.authenticationNeeded` when it can't be read.
    package static func read(_ path: FilePath) throws -> SigningKey {
        let bytes = try contents(path, kind: "signing key", isPrivate: true)
        do { return try SigningKey(pem: bytes) } catch {
            let why =
                error == .encrypted
                ? "the signing key is protected by a password, which Berth never asks for"
                : "the file holds no private key of P-256"
            throw BerthError(
                .usage, why, place: path.string,
                remedy:
                    "make one with berth image sign, or: openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256"
            )
        }
    }

    /// The key that a person names, which must be there, else the user's own.
    package static func open(_ chosen: FilePath?) throws -> Opened {
        guard let chosen else { return try readOrMake(standardPath) }
        return Opened(key: try read(chosen), path: chosen, isNew: false)
    }

    /// Reads the user's own key, which is made the first time.
    ///
    /// Two processes at once get the same one. Throws `.usage` where another's public key is in its place.
    package static func readOrMake(_ path: FilePath) throws -> Opened {
        if Files.exists(path) { return Opened(key: try read(path), path: path, isNew: false) }
        let folder = path.removingLastComponent()
        if !folder.isEmpty { try Files.makeDirectory(folder, mode: 0o700) }
        let lock = try FileLock.acquire(
            folder.appending(".signing.lock"), .exclusive, seconds: 10, purpose: "making the signing key")
        defer { withExtendedLifetime(lock) {} }
        if Files.exists(path) { return Opened(key: try read(path), path: path, isNew: false) }
        try refuseOthersHalf(publicPath(of: path))
        let key = try SigningKey()
        // The public half first: whoever finds a private key finds both.
        try Files.writeAtomically(key.verifying.pem, to: publicPath(of: path))
        do { try Files.writeAtomically(key.pem, to: path, mode: 0o600) } catch {
            _ = try? Files.remove(publicPath(of: path))
            throw error
        }
        try Files.commitDirectory(folder.isEmpty ? "." : folder)
        return Opened(key: key, path: path, isNew: true)
    }

    /// A public key without its private half is somebody else's, kept here to verify with: it is not written over.
    private static func refuseOthersHalf(_ path: FilePath) throws {
        guard Files.exists(path) else { return }
        throw BerthError(
            .usage, "there is a public key, and no private one beside it", place: path.string,
            done: "no key was made",
            remedy: "put the private key beside it, or move it elsewhere and name it with --key when you verify")
    }

    /// Reads a public key.
    package static func readPublic(_ path: FilePath) throws -> VerifyingKey {
        let bytes = try contents(path, kind: "public key", isPrivate: false)
        do { return try VerifyingKey(pem: bytes) } catch {
            let why =
                error == .isPrivate
                ? "the file holds a private key; a check needs the public one" : "the file holds no public key of P-256"
            throw BerthError(
                .usage, why, place: path.string,
                remedy: "the public half of a key: openssl pkey -in KEY -pubout")
        }
    }

    /// The public half of the user's own key.
    package static func readOwnPublic(_ path: FilePath = standardPath) throws -> VerifyingKey {
        if Files.exists(path) { return try read(path).verifying }
        let half = publicPath(of: path)
        if Files.exists(half) { return try readPublic(half) }
        throw BerthError(
            .usage, "there is no key to check signatures with", place: half.string,
            done: "nothing was checked",
            remedy: "name the public key of whoever signed the image: --key FILE")
    }

    private static func contents(_ path: FilePath, kind: String, isPrivate: Bool) throws -> [UInt8] {
        let real = FilePath(URL(filePath: path.string).resolvingSymlinksInPath().path(percentEncoded: false))
        guard let facts = try Files.facts(real), facts.kind == .file else {
            throw BerthError(
                .authenticationNeeded, "there is no \(kind)", place: path.string, remedy: "name a file that holds one")
        }
        guard !isPrivate || facts.mode & 0o077 == 0 else {
            throw BerthError(
                .usage, "others than you may read or write the signing key", place: path.string,
                done: "it was not used", remedy: "chmod 600 \(path.string); if others had it, make a new one")
        }
        do { return try Files.read(real, limit: longest) } catch {
            throw BerthError(
                .authenticationNeeded, "the \(kind) can't be read", place: path.string,
                remedy: "make the file readable for the user who runs berth", cause: error)
        }
    }
}
