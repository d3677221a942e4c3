package import BerthArchive
internal import BerthDocument

/// Which image versions stay, and how many bytes the store may take: `retention` of the user's `berth.yaml`.
package struct RetentionPolicy: Sendable, Equatable {
    /// Numbers that make sense, and with which no date overflows.
    package static let keeps = 0...10_000
    package static let ages = 0...36_500

    /// So many newest versions of each image stay.
    package var keep = 3
    /// Versions younger than so many days stay.
    package var days = 7
    /// Bytes that blobs and derived files together may take; nil for the store's own limit on derived files.
    package var budget: ByteCount?

    package init() {}

    init(_ reader: MappingReader) {
        defer { reader.finish() }
        keep = reader.integer("keep", in: Self.keeps) ?? keep
        days = reader.integer("days", in: Self.ages) ?? days
        if let text = reader.string("budget") {
            budget = ByteCount(parsing: text)
            if budget == nil { reader.fault("budget", "a size is a number with a unit, such as 20GB or 500MB") }
        }
    }
}
