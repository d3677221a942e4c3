internal import BerthArchive
internal import BerthLockfiles

/// Hashes texts so that no two lists of them look alike: each with its length before it.
struct KeyHash: ~Copyable {
    private var hasher = Hasher()
    /// What the hasher has not got yet: a call for each text costs more than hashing it.
    private var bytes: [UInt8] = []

    init() {}

    mutating func add(_ texts: String...) { add(texts) }

    mutating func add(_ texts: [String]) {
        add(texts.count, UInt8(ascii: "["))
        for text in texts {
            add(text.utf8.count, UInt8(ascii: ":"))
            bytes += text.utf8
        }
        guard bytes.count >= 1 << 16 else { return }
        hasher.update(bytes)
        bytes.removeAll(keepingCapacity: true)
    }

    private mutating func add(_ count: Int, _ end: UInt8) {
        bytes += String(count).utf8
        bytes.append(end)
    }

    mutating func add(_ facts: [KeyFacts.Fact]) { for fact in facts { add(fact.name, fact.value) } }

    consuming func finalize() -> Digest {
        hasher.update(bytes)
        return hasher.finalize()
    }
}

extension KeyFacts {
    /// What is left equal by everything that changes no cached thing.
    ///
    /// A change here is a change of all keys: raise the number.
    var digest: Digest {
        var hash = KeyHash()
        hash.add("berth key 1", profile, caches.rawValue)
        hash.add(toolchain)
        hash.add(choices)
        hash.add(settings)
        hash.add("packages")
        for package in packages {
            hash.add([package.name, package.version, package.source] + package.integrity)
        }
        hash.add("shape")
        for fact in shape { hash.add(fact.subject, fact.aspect, fact.value) }
        return hash.finalize()
    }

    /// What must be equal besides the key: the toolchain and the folders, and where bytes make the key all else too.
    func version(_ labels: [String]) -> String {
        var parts = ["\(profile)/1 \(caches.rawValue)"] + toolchain.map { "\($0.name)=\($0.value)" }
        if mode == .files, !(choices + settings.map(\.name)).isEmpty {
            var hash = KeyHash()
            hash.add(choices)
            hash.add(settings)
            parts.append("settings=\(hash.finalize().short)")
        }
        return (parts + ["paths=" + labels.sorted().joined(separator: ",")]).joined(separator: "; ")
    }
}
