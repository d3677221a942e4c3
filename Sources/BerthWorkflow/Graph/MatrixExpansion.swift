internal import BerthDocument

/// A matrix to its cells, as GitHub makes them.
struct MatrixExpansion {
    enum Outcome {
        case cells([MatrixCell])
        /// With the reason.
        case unknown(String)
        case faulty
    }

    private struct Axis {
        let name: String
        let values: [ExpressionValue]
    }

    let definition: MatrixDefinition
    let evaluator: TemplateEvaluator
    let faults: Faults

    func outcome() -> Outcome {
        var named: [(name: String, value: ExpressionValue)] = []
        if let whole = definition.whole {
            let value = evaluator.value(whole)
            if case .unknown(let unknown) = value { return .unknown(unknown.reason) }
            guard case .object(let object) = value else {
                return refuse("the matrix is made of a text that is not a mapping")
            }
            named = object.members
        } else {
            named = definition.axes.map { ($0.name, evaluator.value($0.values)) }
            for (name, template) in [("include", definition.include), ("exclude", definition.exclude)] {
                if let template { named.append((name, evaluator.value(template))) }
            }
        }
        var axes: [Axis] = []
        var (include, exclude): ([ExpressionValue], [ExpressionValue]) = ([], [])
        for (name, value) in named {
            if case .unknown(let unknown) = value { return .unknown(unknown.reason) }
            guard case .array(let values) = value, !values.isEmpty || ["include", "exclude"].contains(name) else {
                return refuse("\"\(name)\" of the matrix is a list with at least one value")
            }
            switch name {
            case "include": include = values
            case "exclude": exclude = values
            default: axes.append(Axis(name: name, values: values))
            }
        }
        return combine(axes, include, exclude)
    }

    private func combine(_ axes: [Axis], _ include: [ExpressionValue], _ exclude: [ExpressionValue]) -> Outcome {
        if !include.isEmpty || !exclude.isEmpty,
            let unknown = (axes.flatMap(\.values) + include + exclude).lazy.compactMap(\.unknown).first
        {
            return .unknown(unknown.reason)
        }
        guard let included = objects(include, "include"), let excluded = objects(exclude, "exclude", axes) else {
            return .faulty
        }
        guard let base = product(axes, without: excluded) else { return .faulty }
        let cells = add(included, to: base, axes)
        guard cells.count <= MatrixLimit.cells else { return refuse(tooMany("\(cells.count)")) }
        guard !cells.isEmpty else { return refuse("\"exclude\" takes away every cell of the matrix") }
        return .cells(cells)
    }

    private func objects(_ values: [ExpressionValue], _ key: String, _ axes: [Axis]? = nil) -> [ExpressionObject]? {
        var found: [ExpressionObject] = []
        for value in values {
            guard case .object(let object) = value, !object.members.isEmpty else {
                faults.add("\"\(key)\" is a list of mappings", at: place(of: key))
                return nil
            }
            for member in object.members where axes?.contains(where: { $0.name == member.name }) == false {
                let hint = Suggestion.text(for: member.name, among: axes?.map(\.name) ?? [])
                faults.add("\"exclude\" names \"\(member.name)\", which the matrix has not\(hint)", at: place(of: key))
                return nil
            }
            found.append(object)
        }
        return found
    }

    private func place(of key: String) -> DocumentPlace {
        (key == "include" ? definition.include : definition.exclude)?.place ?? definition.place
    }

    /// All combinations, the last axis changing fastest; nil, and a fault, where there are too many.
    private func product(_ axes: [Axis], without excluded: [ExpressionObject]) -> [MatrixCell]? {
        guard !axes.isEmpty else { return [] }
        var total = 1
        for axis in axes {
            let (product, overflow) = total.multipliedReportingOverflow(by: axis.values.count)
            total = overflow ? .max : product
        }
        // Without exclude the number is plain; with it, only so many combinations are looked through.
        let most = min(MatrixLimit.combinations, MatrixLimit.comparisons / max(1, excluded.count))
        guard total <= (excluded.isEmpty ? MatrixLimit.cells : most) else {
            faults.add(tooMany(total == .max ? "far too many" : "\(total)"), at: definition.place)
            return nil
        }
        var cells: [MatrixCell] = []
        for number in 0..<total {
            var cell: [(name: String, value: ExpressionValue)] = []
            var rest = number
            for axis in axes.reversed() {
                cell.append((axis.name, axis.values[rest % axis.values.count]))
                rest /= axis.values.count
            }
            let object = ExpressionObject(cell.reversed())
            if !excluded.contains(where: { Self.matches($0, object) }) { cells.append(MatrixCell(object)) }
            guard cells.count <= MatrixLimit.cells else {
                faults.add(tooMany("more than \(MatrixLimit.cells)"), at: definition.place)
                return nil
            }
        }
        return cells
    }

    /// An entry of `include` joins each cell that it changes no axis of; where there is none, it is a cell of its own.
    ///
    /// What it adds to a cell is no part of that cell's name.
    private func add(_ included: [ExpressionObject], to base: [MatrixCell], _ axes: [Axis]) -> [MatrixCell] {
        var cells = base
        var further: [MatrixCell] = []
        for entry in included {
            let fixed = entry.members.filter { member in axes.contains { $0.name == member.name } }
            let added = entry.members.filter { member in !axes.contains { $0.name == member.name } }
            let pattern = ExpressionObject(fixed)
            var joined = false
            for index in base.indices where Self.matches(pattern, base[index].values) {
                for member in added { cells[index].values[member.name] = member.value }
                joined = true
            }
            if !joined { further.append(MatrixCell(ExpressionObject(fixed + added))) }
        }
        return cells + further
    }

    /// Whether a cell has all values of a pattern: each single value in it is compared as `==` does.
    private static func matches(_ pattern: ExpressionObject, _ cell: ExpressionObject) -> Bool {
        pattern.members.allSatisfy { matches($0.value, cell[$0.name] ?? .null) }
    }

    private static func matches(_ pattern: ExpressionValue, _ value: ExpressionValue) -> Bool {
        switch pattern {
        case .array(let items):
            let values = if case .array(let values) = value { values } else { [ExpressionValue]() }
            return items.indices.allSatisfy { matches(items[$0], $0 < values.count ? values[$0] : .null) }
        case .object(let object):
            let inner = if case .object(let inner) = value { inner } else { ExpressionObject() }
            return matches(object, inner)
        default: return ExpressionComparison.equal(value, pattern)
        }
    }

    private func tooMany(_ count: String) -> String {
        "the matrix has \(count) cells; GitHub runs at most \(MatrixLimit.cells) of one matrix"
    }

    private func refuse(_ message: String) -> Outcome {
        faults.add(message, at: definition.place)
        return .faulty
    }
}

/// One cell of a matrix.
package struct MatrixCell: Sendable, Hashable {
    package internal(set) var values: ExpressionObject
    /// `3.12, ubuntu`: the values as they stand in a job's name; empty without a matrix.
    package let name: String

    init(_ values: ExpressionObject = ExpressionObject()) {
        self.values = values
        name = values.members.flatMap { Self.leaves($0.value) }.joined(separator: ", ")
    }

    private static func leaves(_ value: ExpressionValue) -> [String] {
        switch value {
        case .array(let items): items.flatMap { leaves($0) }
        case .object(let object): object.members.flatMap { leaves($0.value) }
        case .unknown: ["?"]
        default: value.text.isEmpty ? [] : [value.text]
        }
    }
}
