package import BerthDocument

/// Evaluates templates; errors of expressions become faults, and count as unknown.
package struct TemplateEvaluator {
    let evaluator: ExpressionEvaluator
    let faults: Faults

    /// Over contexts by their names in small letters.
    package init(_ contexts: [String: ExpressionValue], status: JobStatus = .ready, faults: Faults) {
        evaluator = ExpressionEvaluator(contexts: contexts, status: status)
        self.faults = faults
    }

    package func value(_ template: Template) -> ExpressionValue {
        switch template.kind {
        case .literal(let value): return value
        case .text(let parts):
            if parts.count == 1, case .expression(let expression, _) = parts[0] {
                return value(expression, at: template.place)
            }
            return joined(parts, at: template.place)
        case .list(let items): return .array(items.map { value($0) })
        case .mapping(let members):
            return .object(ExpressionObject(members.map { ($0.key, value($0.value)) }))
        }
    }

    /// As a text; what is not known stays as it is written, `${{ github.ref }}`.
    package func rendered(_ template: Template) -> String {
        guard case .text(let parts) = template.kind else { return value(template).text }
        return parts.map { part in
            switch part {
            case .text(let text): return text
            case .expression(let expression, let written):
                let value = value(expression, at: template.place)
                return value.unknown == nil ? value.text : "${{ \(written) }}"
            }
        }.joined()
    }

    func value(_ expression: Expression, at place: DocumentPlace) -> ExpressionValue {
        do { return try evaluator.value(expression) } catch {
            faults.add(error.message, at: place)
            return .unknown(UnknownValue(error.message))
        }
    }

    private func joined(_ parts: [Template.Part], at place: DocumentPlace) -> ExpressionValue {
        var text = ""
        for part in parts {
            switch part {
            case .text(let piece): text += piece
            case .expression(let expression, _):
                let value = value(expression, at: place)
                if case .unknown(let unknown) = value {
                    // A text with anything but expressions in it is never empty.
                    return .unknown(UnknownValue(unknown.reason, truth: hasText(parts) ? true : nil))
                }
                text += value.text
            }
        }
        return .string(text)
    }

    private func hasText(_ parts: [Template.Part]) -> Bool {
        parts.contains { part in
            if case .text(let text) = part { !text.isEmpty } else { false }
        }
    }
}
