/// A push, pull or copy of an image: where it went, and which blobs had to move.
package struct TransferReport: Report {
    package enum Verb: String, Encodable, Sendable {
        case push
        case pull
        case copy
    }

    /// A number of blobs and their bytes.
    package struct Blobs: Encodable, Sendable, Equatable {
        package var count: Int
        package var bytes: Int64
        package init(_ count: Int, _ bytes: Int64) {
            self.count = count
            self.bytes = bytes
        }
    }

    package var schema = "berth.transfer/1"
    package var verb: Verb
    /// What was pushed, what a pull made, or the reference that was copied.
    package var image: String
    /// The repository that it went to, or the reference that it came from.
    package var registry: String
    /// The manifest at the top, on the registry.
    package var digest: String
    package var tags: [String] = []
    /// Sent or fetched.
    package var moved = Blobs(0, 0)
    /// Taken over by the registry from another of its repositories.
    package var mounted = Blobs(0, 0)
    /// There already.
    package var found = Blobs(0, 0)
    /// Digests of manifests that refer to the image and went along.
    package var attachments: [String] = []
    /// Wall-clock seconds.
    package var seconds: Double
    /// Whether a pull made a new version, and the version's index.
    package var isNew: Bool?
    package var index: String?

    package init(_ verb: Verb, image: String, registry: String, digest: String, seconds: Double) {
        self.verb = verb
        self.image = image
        self.registry = registry
        self.digest = digest
        self.seconds = seconds
    }

    package var identifiers: [String] { [verb == .pull ? image : digest] }

    package var text: String {
        let tenths = Int64((seconds * 10).rounded())
        let time = "in \(tenths / 10).\(tenths % 10) s"
        var lines =
            switch verb {
            case .push: ["pushed \(image) to \(registry) \(time)"]
            case .copy: ["copied \(image) to \(registry) \(time)"]
            case .pull: ["pulled \(registry) as \(image) \(time)\(isNew == false ? "  (it was here already)" : "")"]
            }
        lines.append("  digest  \(digest)")
        if let index, index != digest { lines.append("  index   \(index)  (of what was pulled)") }
        if !tags.isEmpty { lines.append("  tags    \(tags.joined(separator: ", "))") }
        lines.append("  blobs   \(blobs)")
        if !attachments.isEmpty { lines.append("  with    \(attachments.count) attached") }
        return lines.joined(separator: "\n")
    }

    private var blobs: String {
        let done = verb == .pull ? "fetched" : "sent"
        var parts = ["\(moved.count) \(done) (\(ByteText.of(moved.bytes)))"]
        if mounted.count > 0 { parts.append("\(mounted.count) taken over (\(ByteText.of(mounted.bytes)))") }
        if found.count > 0 { parts.append("\(found.count) there already (\(ByteText.of(found.bytes)))") }
        return parts.joined(separator: ", ")
    }
}
