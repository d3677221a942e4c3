internal import BerthDocument
internal import BerthSystem
package import BerthWorkflow
package import SystemPackage

/// What a `berth.yaml` says of planning, `machine` and `jobs`.
package struct PlanSettings: Sendable {
    package var machine: MachineSize.Wish?
    package var rules = JobRules()

    package init() {}

    /// Reads the first of these files that is there; one in the folder `root` is called by its name alone, and passed over
    /// where it is an image's recipe.
    ///
    /// - Throws: `BerthError` (64) with all faults of the file, each with line and column.
    package static func read(_ candidates: [FilePath], below root: FilePath) throws -> PlanSettings {
        for path in candidates where Files.exists(path) {
            let isHere = path.removingLastComponent() == root
            let name = isHere ? path.lastComponent?.string ?? path.string : path.string
            let settings = try DocumentFaults.explained("the configuration has faults") {
                try PlanSettings(Files.read(path, limit: 1 << 20), file: name.escaped, mayBeRecipe: isHere)
            }
            if let settings { return settings }
        }
        return PlanSettings()
    }

    /// Nil for a recipe, where it may be one.
    private init?(_ bytes: [UInt8], file: String, mayBeRecipe: Bool) throws(DocumentFaults) {
        let faults = Faults()
        let reader = try ConfigurationFile.reader(bytes, file: file, faults)
        if mayBeRecipe, ConfigurationFile.isRecipe(reader) { return nil }
        rules = JobRules(reader)
        machine = reader.mapping("machine").map { Self.machine($0, file: file) }
        try faults.check()
    }

    /// The section `machine`.
    static func machine(_ reader: MappingReader, file: String) -> MachineSize.Wish {
        defer { reader.finish() }
        var wish = MachineSize.Wish(source: file)
        wish.slots = reader.integer("slots", in: 1...64)
        wish.memory = quantity("memory", in: reader, "is a size such as 12GiB", Quantity.bytes)
        wish.processors = quantity("cpus", in: reader, "is a number of processors such as 8", Quantity.processors)
        return wish
    }

    /// A value with a unit; a fault where it can't be read.
    static func quantity(
        _ key: String, in reader: MappingReader, _ rule: String, _ parse: (String) -> Int?
    ) -> Int? {
        guard let text = reader.string(key) else { return nil }
        let value = parse(text)
        if value == nil { reader.fault(key, "\"\(key)\" \(rule), not \"\(text)\"") }
        return value
    }
}
