/// What a night came to: for each image what was new, how it was tested, and whether `latest` leads to it now.
package struct NightlyReport: Report {
    package enum Outcome: String, Encodable, Sendable {
        /// The same inputs as those of the latest version.
        case unchanged
        /// Tested (or let through untested), and latest now.
        case promoted
        /// What a person has rolled back, and nothing newer.
        case rolledBack = "rolled-back"
        /// A night since the last due time has seen to it already.
        case notDue = "not-due"
        case failed
    }

    /// One package that came, went or moved to another version.
    package struct Change: Encodable, Sendable {
        package var platform: String
        package var package: String
        package var before: String?
        package var after: String?
        /// Whether the new version comes from Debian's security suite.
        package var security: Bool

        package init(_ change: LockReport.Change, security: Bool) {
            platform = change.platform
            package = change.package
            before = change.before
            after = change.after
            self.security = security
        }
    }

    /// What went wrong, as errors are told.
    package struct Failure: Encodable, Sendable {
        package var code: Int32
        package var what: String
        package var place: String?
        package var done: String?
        package var cause: String?
        package var remedy: String?

        package init(
            code: Int32, what: String, place: String? = nil, done: String? = nil, cause: String? = nil,
            remedy: String? = nil
        ) {
            self.code = code
            self.what = what
            self.place = place
            self.done = done
            self.cause = cause
            self.remedy = remedy
        }
    }

    /// One image's night.
    package struct Image: Encodable, Sendable {
        package var name: String
        package var outcome = Outcome.failed
        /// The version that the night looked at: new, or tested once more.
        package var candidate: String?
        /// What `latest` led to before.
        package var before: String?
        package var changes: [Change] = []
        /// Compressed bytes of the candidate, and of the version before.
        package var size: Int64?
        package var sizeBefore: Int64?
        package var tests: [SmokeReport.Row] = []
        /// Platform and engine of the test.
        package var testedOn: String?
        package var seconds = 0.0
        package var failure: Failure?
        package var notes: [String] = []

        package init(name: String) { self.name = name }
    }

    package var schema = "berth.nightly/1"
    package var began: String
    package var ended: String
    package var seconds: Double
    /// The exit code of the command.
    package var code: Int32
    package var images: [Image]
    package var notes: [String] = []

    package init(began: Int64, ended: Int64, seconds: Double, code: Int32, images: [Image]) {
        self.began = TimeText.of(began)
        self.ended = TimeText.of(ended)
        self.seconds = seconds
        self.code = code
        self.images = images
    }

    /// The versions that are latest since this night.
    package var identifiers: [String] { images.filter { $0.outcome == .promoted }.compactMap(\.candidate) }
}
