/// `berth.yaml`, a repository's or the user's: one file of sections that different commands read.
///
/// All of them open it here, so that a section that nobody knows is a fault for each.
package enum ConfigurationFile {
    /// All sections: where packages come from, images, the cache, and plans.
    private static let sections: Set = [
        "debian", "python", "npm", "registry", "nightly", "retention", "cache", "machine", "jobs",
    ]

    /// A reader of the sections; those that are not known are noted as faults, with their places and the nearest names.
    package static func reader(
        _ bytes: [UInt8], file: String, _ faults: Faults
    ) throws(DocumentFaults) -> MappingReader {
        let document = try YAMLDocument(bytes, file: file, faults: faults)
        let reader = MappingReader(document.root, faults, name: "the configuration")
        reader.finish(knowing: sections)
        return reader
    }

    /// Whether it is an image's recipe, whose file is called the same: a recipe has a `name`, a configuration has none.
    package static func isRecipe(_ reader: MappingReader) -> Bool { reader.has("name") }
}
