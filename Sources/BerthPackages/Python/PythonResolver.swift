internal import BerthDocument
internal import BerthLockfiles
internal import BerthSystem

/// Finds the wheels that meet requirements on another machine, by `uv`, and chooses among them by tag order.
package struct PythonResolver: Sendable {
    private let indexes: PythonIndexes
    private let offline: Bool

    /// A file with certificates to trust besides the system's, where pip's configuration names one.
    package var certificates: String? { indexes.certificates }

    /// `indexes` nil: the machine's own configuration.
    package init(indexes: PythonIndexes? = nil, offline: Bool = false) throws {
        self.indexes = try indexes?.trusting(MachineConfiguration()) ?? PythonIndexes.configured()
        self.offline = offline
    }

    /// The packages that meet the requirements, by name; throws `.failed` with uv's explanation when none do.
    ///
    /// `dependencies` false: only what is named, for a wheel that merely carries a program.
    package func resolve(
        _ requirements: [PythonRequirement], for target: PythonTarget, dependencies: Bool = true
    ) async throws -> [PythonPackage] {
        guard !requirements.isEmpty else { return [] }
        let program = try UVProgram(indexes: indexes, offline: offline)
        switch try await program.compile(
            requirements.map(\.text), for: target, extra: dependencies ? [] : ["--no-deps"])
        {
        case .lock(let text):
            let requested = Set(requirements.map(\.name))
            return try Self.lock(text).packages.map { try choose($0, target, requested) }.sorted { $0.name < $1.name }
        case .unsatisfiable(let explanation):
            throw BerthError(
                .failed, "the Python requirements can't be met: \(explanation)",
                place: "Python \(target.version) on \(target.architecture.rawValue), glibc 2.\(target.libcMinor)",
                done: "nothing was changed",
                remedy:
                    "change the versions in the recipe's pip requirements; only wheels are used, nothing is compiled")
        }
    }

    /// Where pinned wheels lie now, for a lock that was made elsewhere; pins that no index serves are absent.
    package func wheelAddresses(
        for pins: [PythonPin], target: PythonTarget
    ) async throws -> [PythonPin: PythonPackage] {
        guard !pins.isEmpty else { return [:] }
        let program = try UVProgram(indexes: indexes, offline: offline)
        if let all = try await find(pins, program, target) { return all }
        // One name that is gone fails the whole question: ask for each, to tell which.
        let each = try await inParallel(pins, limit: 4) { try await find([$0], program, target) ?? [:] }
        return each.reduce(into: [:]) { $0.merge($1) { first, _ in first } }
    }

    private func find(
        _ pins: [PythonPin], _ program: UVProgram, _ target: PythonTarget
    ) async throws -> [PythonPin: PythonPackage]? {
        let lines = pins.map { "\($0.name)==\($0.version)" }
        guard case .lock(let text) = try await program.compile(lines, for: target, extra: ["--no-deps"]) else {
            return nil
        }
        let packages = Dictionary(try Self.lock(text).packages.map { ($0.name, $0) }) { first, _ in first }
        var found: [PythonPin: PythonPackage] = [:]
        for pin in pins {
            guard let package = packages[pin.name],
                let wheel = package.wheels.first(where: { $0.fileName == pin.fileName })
            else { continue }
            found[pin] = item(package, wheel, requested: false)
        }
        return found
    }

    private static func lock(_ text: String) throws -> Pylock {
        do { return try Pylock(Array(text.utf8), file: "uv's answer") } catch {
            throw BerthError(
                .failed, "uv's answer can't be used: \(error)",
                remedy: "require only packages of an index, and update uv")
        }
    }

    private func choose(
        _ package: PylockPackage, _ target: PythonTarget, _ requested: Set<String>
    ) throws -> PythonPackage {
        let label = [package.name, package.version].compactMap(\.self).joined(separator: " ")
        guard let wheel = WheelTags(target).best(of: package.wheels, name: { WheelFileName($0.fileName) }) else {
            let has = package.wheels.isEmpty ? "only a source distribution" : "no wheel for this platform"
            throw BerthError(
                .failed, "the Python package \(label) has \(has)",
                place: "Python \(target.version) on \(target.architecture.rawValue), glibc 2.\(target.libcMinor)",
                done: "nothing was changed",
                remedy: "choose a version of \(package.name) that comes as a wheel; nothing is compiled")
        }
        return item(package, wheel, requested: requested.contains(package.name))
    }

    private func item(_ package: PylockPackage, _ wheel: PylockFile, requested: Bool) -> PythonPackage {
        let version = package.version ?? WheelFileName(wheel.fileName)?.version.text ?? ""
        let address =
            switch wheel.location {
            case .address(let address): indexes.authorised(address)
            case .path(let path): path.hasPrefix("/") ? "file://\(path)" : "file:///\(path)"
            }
        return PythonPackage(
            name: package.name, version: version, fileName: wheel.fileName, size: wheel.size, digest: wheel.digest,
            uploaded: wheel.uploaded, isRequested: requested, address: address)
    }
}
