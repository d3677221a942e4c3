internal import BerthArchive
internal import BerthDocument
internal import BerthLockfiles
internal import BerthSystem
internal import SystemPackage

/// Reads the files of a request: which are lockfiles, which are settings, and what they say.
struct KeyFiles {
    private let request: KeyRequest
    private let byName: [String: PostedFile]

    init(_ request: KeyRequest) {
        self.request = request
        byName = Dictionary(request.files.map { ($0.name, $0) }) { first, _ in first }
    }

    /// The names among some that lockfile patterns choose, in order.
    static func chosen(_ patterns: [String], among names: some Sequence<String>) throws -> [String] {
        let glob = try Glob(inTree: patterns)
        return glob.ordered(names.filter { glob.chooses($0) })
    }

    /// The patterns of a profile's settings that count beside these lockfiles: package.json only where a lockfile of Yarn
    /// is there, which does not say what the project itself asks for.
    static func settings(_ profile: CacheProfile, beside lockfiles: [String]) -> [String] {
        let hasYarn = lockfiles.contains { format(of: $0) == .yarn }
        return profile.settings.filter { hasYarn || !$0.hasSuffix("package.json") }
    }

    private static let usualNames = [
        "uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock", "package-lock.json", "npm-shrinkwrap.json",
        "pnpm-lock.yaml", "yarn.lock",
    ]

    /// The name that a tool gives a lockfile: `before.pnpm-lock.yaml` is one of pnpm too; nil for all others.
    static func usualName(of name: String) -> String? {
        let file = name.split(separator: "/").last ?? ""
        return usualNames.first { file == $0 || file.hasSuffix("." + $0) || file.hasSuffix("-" + $0) }
    }

    /// The format of a lockfile by its name.
    static func format(of name: String) -> LockfileFormat? {
        let parts = name.split(separator: "/")
        let file = String(parts.last ?? "")
        // pip's other usual layout: `requirements/dev.txt`.
        let isRequirements = parts.dropLast().last == "requirements" && file.hasSuffix(".txt")
        return LockfileFormat.of(fileName: usualName(of: file) ?? file) ?? (isRequirements ? .requirements : nil)
    }

    /// Lines of settings, sorted.
    func settings() throws -> [KeyFacts.Fact] {
        let lockfiles = try Self.chosen(request.lockfiles, among: byName.keys)
        let patterns = Self.settings(request.profile, beside: lockfiles)
        let names = try Self.chosen(patterns, among: byName.keys)
        return try names.sorted()
            .flatMap { name in
                try SettingText.facts(of: name, byName[name]?.bytes ?? [])
            }
    }

    /// Puts what the lockfiles lock into `facts`.
    func locked(into facts: inout KeyFacts) throws {
        let names = try Self.chosen(request.lockfiles, among: byName.keys)
        guard !names.isEmpty else { throw nothing }
        var packages: [ExternalPackage] = []
        var shape: [ShapeFact] = []
        for name in names.sorted() {
            let locked = try read(name)
            let chosen = request.profile.packages.isEmpty ? locked.packages : locked.packages.filter(isNamed)
            packages += chosen
            let isTree = request.profile.caches == .tree
            if isTree { shape += Self.placed(locked, name) }
            facts.files.append(
                .init(
                    name: name, format: locked.format.rawValue, packages: chosen.count,
                    shape: isTree ? locked.shape.count : 0, digest: nil))
        }
        guard !packages.isEmpty || request.profile.packages.isEmpty else {
            throw BerthError(
                .usage, "no lockfile holds \(request.profile.packages.joined(separator: ", "))",
                place: names.joined(separator: ", ").escaped,
                remedy: "leave the profile \(request.profile.name) out, or name another file with --lockfile")
        }
        (facts.packages, facts.shape) = (packages.sortedOnce(), shape.sortedOnce())
    }

    private func isNamed(_ package: ExternalPackage) -> Bool { request.profile.packages.contains(package.name) }

    /// Two lockfiles of one checkout may each speak of an importer `.`: the folder and the format tell them apart.
    private static func placed(_ locked: LockedDependencies, _ name: String) -> [ShapeFact] {
        let folder = name.split(separator: "/").dropLast().joined(separator: "/")
        let place = "\(locked.format.rawValue) in \(folder.isEmpty ? "." : folder)"
        return [ShapeFact(place, "is there")]
            + locked.shape.map { ShapeFact("\(place): \($0.subject)", $0.aspect, $0.value) }
    }

    private func read(_ name: String) throws -> LockedDependencies {
        guard let file = byName[name], let format = Self.format(of: name) else {
            throw BerthError(
                .usage, "nobody knows how to read the lockfile \(name.escaped)",
                remedy: "take the key from its bytes: --by files")
        }
        do {
            return try LockfileReader.read(file.bytes, file: name, format: format) { path in
                try included(path, by: name)
            }
        } catch let faults as DocumentFaults { throw Self.unreadable(name, faults) }
    }

    private func included(_ path: String, by name: String) throws -> [UInt8] {
        let plain = FilePath(path).lexicallyNormalized().string
        if let file = byName[plain] { return file.bytes }
        throw BerthError(
            .usage, "\(name.escaped) includes \(path.escaped), which is not there",
            remedy: "a file that is included lies in the checkout, and is sent together with the lockfile")
    }

    /// Some lines are enough: a merge's marks alone make hundreds.
    static func unreadable(_ name: String, _ faults: DocumentFaults) -> BerthError {
        let count = faults.faults.count
        let lines = faults.faults.prefix(5).map { $0.description.prefix(500).description.escaped }
        let rest = count > 5 ? ["and \(count - 5) more"] : []
        return BerthError(
            .usage, "the lockfile \(name.escaped) can't be read: \(count) fault\(count == 1 ? "" : "s")",
            place: (lines + rest).joined(separator: "\n"), done: "no key was made",
            remedy: "mend the lockfile with its own tool, or take the key from its bytes: --by files")
    }

    /// There is no lockfile: a key made from nothing would fit everything.
    var nothing: BerthError {
        let patterns = request.lockfiles.joined(separator: ", ")
        return BerthError(
            .usage, "no lockfile of the profile \(request.profile.name) is there",
            place: patterns.isEmpty ? "the profile names none" : "looked for \(patterns)".escaped,
            done: "no key was made", remedy: "name the files that count with --lockfile, from the checkout's folder on")
    }
}
