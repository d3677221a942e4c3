internal import BerthArchive
package import BerthRegistry
package import BerthReport
internal import BerthSystem

/// What a push or copy would do: registries are asked, and nothing is sent, made or recorded.
extension RegistryService {
    package func pushPlan(
        _ version: Version, to target: Reference, _ options: PushOptions = PushOptions()
    ) async throws -> DryRunReport {
        let tags = try tags(of: version, at: target, options)
        let stale = options.compression.map { Recompressor.stale(version.platforms.flatMap(\.layers), for: $0) } ?? []
        if let compression = options.compression, !stale.isEmpty {
            let steps = Self.recompressing(stale, compression, tags, to: target)
            return DryRunReport("image push", steps, identifiers: [version.reference])
        }
        let attachments = attachments(of: version, at: version.index)
        let plan = try await pusher(to: target, options).plan(version.index, tags: tags, attachments: attachments)
        let left = (version.attachments ?? []).count - attachments.count
        let notes = left > 0 ? ["\(left) attachments stay here: they speak of another index than \(version.index)"] : []
        return DryRunReport(
            "image push", Self.steps(plan, to: target.repository), notes: notes, identifiers: ["\(plan.digest)"])
    }

    package func copyPlan(from source: Reference, to target: Reference, tags: [Tag] = []) async throws -> DryRunReport {
        let plan = try await copier(from: source, to: target)
            .plan(source.manifestName, tags: copiedTags(source, target, tags))
        return DryRunReport(
            "image copy", Self.steps(plan, to: target.repository), identifiers: ["\(plan.digest)"])
    }

    /// What layers are once they are compressed anew, only doing it shows.
    private static func recompressing(
        _ layers: [Layer], _ compression: Compression, _ tags: [Tag], to target: Reference
    ) -> [DryRunReport.Step] {
        let bytes = layers.reduce(ByteCount(0)) { $0 + $1.size }
        let types = Set(layers.map(\.mediaType)).sorted().joined(separator: ", ")
        return [
            .change(
                "compress \(layers.count) layers (\(bytes)) by \(compression.identity)",
                because: "they are stored as \(types)"),
            .change(
                "send what \(target.repository) lacks of them",
                because: "their digests, and so what is there already, show only once they are made"),
        ]
            + tags.map {
                .change(
                    "set the tag \($0) on \(target.repository)", because: "the image gets another digest that way")
            }
    }

    private static func steps(_ plan: DeliveryPlan, to repository: Repository) -> [DryRunReport.Step] {
        blobSteps(plan, repository)
            + manifestSteps(plan.lacking, plan.present, "manifests", repository)
            + manifestSteps(plan.lackingAttachments, plan.presentAttachments, "manifests that refer to it", repository)
            + plan.tags.map { move in
                guard let now = move.now else {
                    return .change("set the tag \(move.tag) on \(repository)", because: "there is no such tag yet")
                }
                return now == plan.digest
                    ? .stay("leave the tag \(move.tag) on \(repository)", because: "it leads to \(now) already")
                    : .change("move the tag \(move.tag) on \(repository)", because: "it leads to \(now) so far")
            }
    }

    private static func blobSteps(_ plan: DeliveryPlan, _ repository: Repository) -> [DryRunReport.Step] {
        let ordered = plan.blobs.sorted { "\($0.key)" < "\($1.key)" }
        return ordered.map { way, sum in
            let blobs = "\(sum.count) blobs (\(sum.bytes))"
            return switch way {
            case .found: .stay("leave \(blobs)", because: "\(repository) has them")
            case .mounted(let other):
                .change("have \(blobs) taken over from \(other.path)", because: "the registry has them there")
            case .uploaded: .change("send \(blobs) to \(repository)", because: "the registry lacks them")
            }
        }
    }

    private static func manifestSteps(
        _ lacking: Int, _ present: Int, _ what: String, _ repository: Repository
    ) -> [DryRunReport.Step] {
        var steps: [DryRunReport.Step] = []
        if lacking > 0 {
            steps.append(.change("send \(lacking) \(what) to \(repository)", because: "the registry lacks them"))
        }
        if present > 0 { steps.append(.stay("leave \(present) \(what)", because: "\(repository) has them")) }
        return steps
    }
}
