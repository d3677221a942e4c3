internal import BerthDocument

/// `runs-on`: a label, a list of labels, or a group with labels.
enum RunnerReader {
    static func read(_ reader: MappingReader) -> Template? {
        guard let template = ValueReader(reader).template("runs-on", in: .job, required: true) else { return nil }
        switch template.kind {
        case .mapping:
            guard let inner = reader.mapping("runs-on") else { return nil }
            _ = inner.nodeOrNull("group")
            _ = inner.nodeOrNull("labels")
            inner.finish()
            if !inner.has("group"), !inner.has("labels") {
                reader.fault("runs-on", "\"runs-on\" names a group or labels")
            }
        case .list(let items):
            if items.isEmpty { reader.fault("runs-on", "\"runs-on\" names at least one label") }
            for item in items { label(item, reader.faults) }
        case .literal, .text: label(template, reader.faults)
        }
        return template
    }

    private static func label(_ template: Template, _ faults: Faults) {
        switch template.kind {
        case .text: break
        case .literal(let value) where value.isPrimitive && !value.text.trimmed.isEmpty: break
        default: faults.add("a label is a text", at: template.place)
        }
    }
}
