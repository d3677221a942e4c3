internal import BerthDocument

/// `strategy`.
enum StrategyReader {
    static func read(_ job: MappingReader) -> StrategyDefinition? {
        guard let node = job.node("strategy") else { return nil }
        let reader = MappingReader(node, job.faults, name: "\"strategy\"")
        let values = ValueReader(reader)
        var strategy = StrategyDefinition(place: node.place)
        strategy.failFast = values.boolean("fail-fast", in: .strategy)
        strategy.maxParallel = maxParallel(values)
        strategy.matrix = reader.node("matrix").flatMap { matrix($0, values) }
        reader.finish()
        return strategy
    }

    private static func maxParallel(_ values: ValueReader) -> Template? {
        guard let template = values.template("max-parallel", in: .strategy) else { return nil }
        if case .text = template.kind { return template }
        if case .number(let number)? = template.literal, MatrixLimit.isCount(number) { return template }
        values.reader.fault("max-parallel", "\"max-parallel\" is a whole number of jobs, 1 or more")
        return nil
    }

    private static func matrix(_ node: DocumentNode, _ values: ValueReader) -> MatrixDefinition? {
        var matrix = MatrixDefinition(place: node.place)
        let template = values.checked(node, "matrix", .strategy)
        guard case .mapping(let members) = template.kind else {
            if case .text = template.kind {
                matrix.whole = template
                return matrix
            }
            values.reader.fault("matrix", "\"matrix\" is a mapping of names to lists")
            return nil
        }
        if members.isEmpty { values.reader.fault("matrix", "the matrix has no values") }
        for member in members {
            switch (member.key, member.value.kind) {
            case ("include", .list), ("include", .text): matrix.include = member.value
            case ("exclude", .list), ("exclude", .text): matrix.exclude = member.value
            case ("include", _), ("exclude", _):
                values.reader.faults.add("\"\(member.key)\" is a list of mappings", at: member.value.place)
            case (_, .list(let items)) where items.isEmpty:
                values.reader.faults.add("\"\(member.key)\" has no values", at: member.value.place)
            case (_, .list), (_, .text): matrix.axes.append((member.key, member.place, member.value))
            default: values.reader.faults.add("\"\(member.key)\" is a list of values", at: member.value.place)
            }
        }
        return matrix
    }
}

/// Bounds of a matrix.
enum MatrixLimit {
    /// GitHub's bound on the cells of a matrix.
    static let cells = 256
    /// The most combinations looked through where `exclude` may take enough of them away.
    static let combinations = 1 << 16
    /// The most comparisons with entries of `exclude`.
    static let comparisons = 1 << 22

    /// Whether a number counts jobs.
    static func isCount(_ number: Double) -> Bool {
        number >= 1 && number <= 1_000_000 && number == number.rounded(.towardZero)
    }
}
