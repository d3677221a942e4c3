internal import BerthArchive

/// How an image came to be: an in-toto statement with SLSA provenance (in-toto Statement v1, SLSA provenance v1).
///
/// The same inputs give the same bytes: it names no clock, no machine and no address. The level is SLSA Build L1: the
/// builder is whoever runs Berth, so the signature says who answers for it, and no service vouches for the builder.
struct Provenance: Encodable {
    static let statementType = "https://in-toto.io/Statement/v1"
    static let predicateType = "https://slsa.dev/provenance/v1"
    static let payloadType = "application/vnd.in-toto+json"

    var type = Provenance.statementType
    var subject: [Resource]
    var predicateType = Provenance.predicateType
    var predicate: Predicate

    enum CodingKeys: String, CodingKey {
        case subject, predicateType, predicate
        case type = "_type"
    }

    struct Predicate: Encodable {
        var buildDefinition: BuildDefinition
        var runDetails: RunDetails
    }

    struct BuildDefinition: Encodable {
        var buildType = "urn:berth:build:image-from-lock:v1"
        var externalParameters: ExternalParameters
        var internalParameters: InternalParameters
        var resolvedDependencies: [Resource]
    }

    /// What the caller chose.
    struct ExternalParameters: Encodable {
        var recipe: Recipe
        var platforms: [Platform]
        /// Seconds since 1970 that no file is newer than.
        var epoch: Int64
    }

    /// What Berth itself brought along, on which the bytes depend.
    struct InternalParameters: Encodable {
        var compressor: String
        var fixups: Int
        var normaliser: Int
        var slsaBuildLevel = 1
    }

    struct RunDetails: Encodable {
        var builder = Builder()
        var metadata: Metadata
        /// The bills of materials, so that a signature holds them too.
        var byproducts: [Resource]
    }

    struct Builder: Encodable {
        var id = "urn:berth:builder:self-run"
    }

    /// Without times: the digest of the inputs names the build, whenever it ran.
    struct Metadata: Encodable {
        var invocationId: String
    }
}

/// A thing by name and digest (in-toto, ResourceDescriptor).
struct Resource: Codable, Sendable, Equatable {
    var name: String?
    var uri: String?
    var digest: [String: String]
    var mediaType: String?

    init(name: String, uri: String? = nil, _ digest: Digest, mediaType: String? = nil) {
        self.name = name
        self.uri = uri
        self.digest = ["sha256": digest.hex]
        self.mediaType = mediaType
    }

    var sha256: Digest? { digest["sha256"].flatMap { try? Digest(hex: $0) } }
}

/// The part of a statement that a check reads; others may write more.
struct StatementSummary: Decodable {
    let type: String
    let subject: [Resource]
    let predicateType: String
    let predicate: Predicate

    enum CodingKeys: String, CodingKey {
        case subject, predicateType, predicate
        case type = "_type"
    }

    struct Predicate: Decodable {
        let buildDefinition: BuildDefinition
        let runDetails: RunDetails
    }

    struct BuildDefinition: Decodable {
        let resolvedDependencies: [Resource]
    }

    struct RunDetails: Decodable {
        let byproducts: [Resource]?
    }
}
