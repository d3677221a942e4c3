internal import BerthArchive
internal import BerthRegistry
package import BerthReport
internal import BerthSystem
internal import SystemPackage

extension RemoteCache {
    package func explain(_ key: CacheKey, version: String?) async throws -> CacheExplanation {
        let fields = [("key", key.text)] + (version.map { [("version", $0)] } ?? [])
        return try ServiceMessages.read(try await client.read("explain", fields))
    }

    /// Sends what the profile may read of the checkout, and what that turns out to include.
    package func key(_ profile: String, of checkout: CheckoutKeys) async throws -> MadeKey {
        let needs: ProfileNeeds = try ServiceMessages.read(try await client.read("profiles/\(profile)"))
        var files = try await checkout.posted(needs)
        var fields = try await checkout.fields(profile, needs)
        // Requirements include others, and those others still; more would be a circle of names.
        for _ in 0..<8 {
            let reply = try await client.post("key", fields, LockfileTar.of(files))
            guard let wanted: WantedFiles = try? ServiceMessages.read(reply) else {
                return try ServiceMessages.read(reply)
            }
            for name in wanted.send {
                if let file = try? await checkout.posted(name) {
                    files.append(file)
                } else {
                    fields.append(("absent", name))
                }
            }
        }
        throw BerthError(
            .usage, "the lockfiles include each other more than 8 times over", place: checkout.folder.string,
            done: "no key was made", remedy: "name those that count with --lockfile")
    }
}

/// A few files as a tar stream.
enum LockfileTar {
    static func of(_ files: [PostedFile]) -> [UInt8] {
        files.flatMap { file in
            let member = StreamMember(
                Array(file.name.utf8), .file(size: Int64(file.bytes.count)), permissions: 0o644,
                modified: FileTime(seconds: 0, nanoseconds: 0))
            return member.header + file.bytes + member.padding
        } + StreamMember.end
    }
}

extension CheckoutKeys {
    /// What a service's profile asks for besides files.
    func fields(_ profile: String, _ needs: ProfileNeeds) async throws -> [(String, String)] {
        var probe = ToolchainProbe(root: folder)
        probe.python = python
        let asked = Set(needs.facts)
        let wanted = Set(ToolchainFact.allCases.filter { !$0.names.isEmpty && asked.isSuperset(of: $0.names) })
        let facts = try await probe.collect(for: wanted, stated: stated).facts
        var fields = [("profile", profile), ("root", values.root.string), ("home", values.home.string)]
        fields += [("user", values.isRoot ? "0" : "1")] + (mode.map { [("mode", $0.rawValue)] } ?? [])
        fields += facts.sorted { $0.key < $1.key }.map { ("fact", "\($0.key)=\($0.value)") }
        fields += needs.variables.compactMap { name in
            values.environment[name].map { ("variable", "\(name)=\($0)") }
        }
        fields += lockfiles.map { ("lockfile", $0) } + morePaths.map { ("path", $0.label) }
        return fields
            + choices.compactMap { choice in
                let words = choice.split(separator: " ", maxSplits: 1).map(String.init)
                return words.count == 2 ? (words[0], words[1]) : nil
            }
    }

    /// The files that a service's profile asks for.
    func posted(_ needs: ProfileNeeds) async throws -> [PostedFile] {
        let lists = [lockfiles.isEmpty ? needs.lockfiles : lockfiles, needs.settings]
        var names: [String] = []
        for patterns in lists where !patterns.isEmpty {
            let glob = try Glob(inTree: patterns)
            let found = try await offload { [folder] in try GlobSearch.files(glob, below: folder) }
            names += found.filter { !names.contains($0) }
        }
        var files: [PostedFile] = []
        for name in names { files.append(try await posted(name)) }
        return files
    }

    func posted(_ name: String) async throws -> PostedFile { try await CheckoutSource.folder(folder).read(name) }
}
