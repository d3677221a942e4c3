internal import BerthArchive
internal import BerthRegistry
internal import BerthStore

/// One platform's image as it was built, with what it is made of.
package struct PlatformBuild: Sendable {
    package let image: PlatformImage
    package let components: [Component]
}

/// Says of a finished image what it holds and how it came to be, and signs that where there is a key.
struct Attester {
    let session: IngestSession
    let recipe: Recipe
    let epoch: Int64
    /// Nil: provenance stays unsigned.
    let key: SigningKey?

    /// What the provenance tells beside the image itself.
    struct Circumstances {
        /// The lock's bytes as a blob.
        let lock: Digest
        /// The package files by the names that the lock gives them.
        let files: [Resource]
        /// Digest of all that the build depended on.
        let inputs: Digest
        let compressor: String
    }

    /// Bills of materials on each platform's manifest, provenance on the index.
    func attach(
        _ builds: [PlatformBuild], index: ImageDocuments.Descriptor, _ circumstances: Circumstances
    ) throws -> [Attachment] {
        let writer = AttachmentWriter(session: session, epoch: epoch)
        let bills = try builds.flatMap { build in
            let bill = bill(build)
            return try BillFormat.allCases.map { format in
                try writer.attach(format.render(bill), format.mediaType, to: .init(build.image))
            }
        }
        let statement = try CanonicalJSON.encode(
            provenance(builds.map(\.image), index: index.digest, bills, circumstances))
        return bills + [try writer.attach(statement: statement, signedBy: key, to: index)]
    }

    private func bill(_ build: PlatformBuild) -> BillOfMaterials {
        BillOfMaterials(
            name: recipe.name, platform: build.image.platform, manifest: build.image.manifest, epoch: epoch,
            supplier: recipe.labels["org.opencontainers.image.vendor"].flatMap { Supplier($0) },
            components: build.components)
    }

    private func provenance(
        _ images: [PlatformImage], index: Digest, _ bills: [Attachment], _ circumstances: Circumstances
    ) throws -> Provenance {
        let subject =
            [Resource(name: recipe.name, index)]
            + images.map { Resource(name: "\(recipe.name) \($0.platform)", $0.manifest) }
        let dependencies =
            [Resource(name: "berth.lock", circumstances.lock)] + recipe.resources + circumstances.files
        return Provenance(
            subject: subject,
            predicate: .init(
                buildDefinition: .init(
                    externalParameters: .init(recipe: recipe.redacted, platforms: images.map(\.platform), epoch: epoch),
                    internalParameters: .init(
                        compressor: circumstances.compressor, fixups: Fixups.edition,
                        normaliser: FragmentRules.normaliser),
                    resolvedDependencies: dependencies),
                runDetails: .init(
                    metadata: .init(invocationId: "\(circumstances.inputs)"),
                    byproducts: bills.map { Resource(billOfMaterials: $0) })))
    }
}

extension Resource {
    /// A bill of materials as provenance names it: tied to its manifest by the name, to its form by the media type.
    ///
    /// Signatures hold these words: another wording would refuse all that is signed.
    init(billOfMaterials bill: Attachment) {
        self.init(name: "bill of materials of \(bill.subject)", bill.content, mediaType: bill.artifactType)
    }
}

extension Recipe {
    /// The files that the recipe brings along, by their paths in the image, and the lockfiles of its tools.
    var resources: [Resource] {
        let sources = (tools ?? []).flatMap(\.sources)
        return files.map { Resource(name: "/\($0.path)", $0.digest) }
            + sources.compactMap { source in
                guard case .lockfile(let project) = source.origin else { return nil }
                return Resource(name: project.path, project.digest)
            }
    }

    /// Without what stands before an `@` in an archive's address, which may be a password.
    var redacted: Recipe {
        var recipe = self
        recipe.tools = tools?.map { tool in
            var tool = tool
            tool.sources = tool.sources.map { source in
                guard case .archive(var archive) = source.origin, archive.address.contains("@") else { return source }
                var source = source
                archive.address = Address.redacted(archive.address)
                source.origin = .archive(archive)
                return source
            }
            return tool
        }
        return recipe
    }
}

extension LockedPlatform {
    /// Every package file: a Debian package by its path in the archive, others by their package URL.
    var resources: [Resource] {
        debian.map { Resource(name: $0.path, $0.sha256) }
            + wheels.map {
                Resource(name: $0.fileName, uri: "\(PackageURL.python($0.name, $0.version))", $0.sha256)
            }
            + (tools ?? []).flatMap(\.files).map { Resource(name: $0.fileName, uri: "\($0.purl)", $0.sha256) }
    }
}
