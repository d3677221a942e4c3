internal import BerthArchive
package import BerthReport
internal import BerthStore

extension ImageReport {
    /// A version as people and programs are shown it.
    package init(_ version: Version, tags: [String], lock: Lock) {
        self.init(
            version: version.reference, digest: "\(version.index)", tags: tags, built: version.built,
            created: version.epoch, compressor: version.compressor,
            platforms: version.platforms.map { image in
                Platform(
                    platform: "\(image.platform)", manifest: "\(image.manifest)", config: "\(image.config)",
                    packages: lock.platform(image.platform)?.count ?? 0,
                    layers: image.layers.map { layer in
                        Layer(
                            name: layer.name, digest: "\(layer.digest)", diffID: "\(layer.diffID)",
                            size: layer.size.value, unpacked: layer.unpacked.value)
                    })
            })
        attachments = version.attachments?.map { attachment in
            Attachment(
                artifactType: attachment.artifactType, manifest: "\(attachment.manifest)",
                digest: "\(attachment.content)", size: attachment.contentSize.value, subject: "\(attachment.subject)",
                key: attachment.key?.hex)
        }
    }
}

extension VersionListReport.Row {
    package init(_ version: Version, tags: [String]) {
        self.init(
            version: version.reference, digest: "\(version.index)", tags: tags,
            platforms: version.platforms.map { "\($0.platform)" }, built: version.built,
            size: version.platforms.reduce(ByteCount(0)) { $0 + $1.size }.value)
    }
}

extension VersionCatalog {
    /// The report of one version, with the tags that lead to it and its lock's package counts.
    package func report(_ version: Version) throws -> ImageReport {
        ImageReport(version, tags: try tags()[version.index] ?? [], lock: try lock(of: version))
    }

    /// All versions, newest first.
    package func list() throws -> VersionListReport {
        let tags = try tags()
        return VersionListReport(try all().reversed().map { .init($0, tags: tags[$0.index] ?? []) })
    }

    /// The lock that made a version.
    package func lock(of version: Version) throws -> Lock {
        guard let digest = version.lock else {
            return Lock(recipe: version.recipe, epoch: version.epoch, suites: [], platforms: [])
        }
        return try LockFile.parse(
            store.read(digest, limit: ByteCount(64 << 20)), place: "the lock of \(version.reference)")
    }
}
