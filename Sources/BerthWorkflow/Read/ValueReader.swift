internal import BerthDocument

/// Reads the values that several parts of a workflow have, expressions included.
struct ValueReader {
    let reader: MappingReader

    init(_ reader: MappingReader) { self.reader = reader }

    private var faults: Faults { reader.faults }

    /// A value with its expressions checked; nil where the key is not there or has none.
    func template(_ key: String, in availability: Availability, required: Bool = false) -> Template? {
        reader.node(key, required: required).map { checked($0, key, availability) }
    }

    func checked(_ node: DocumentNode, _ key: String, _ availability: Availability) -> Template {
        let template = Template(node, faults)
        availability.check(template, in: key, faults)
        return template
    }

    /// A text, also an empty one; a list or mapping is a fault.
    func scalar(_ key: String, in availability: Availability, required: Bool = false) -> Template? {
        guard let template = template(key, in: availability, required: required) else { return nil }
        switch template.kind {
        case .literal, .text: return template
        case .list, .mapping:
            reader.fault(key, "\"\(key)\" is a single value")
            return nil
        }
    }

    /// True or false, or an expression for it.
    func boolean(_ key: String, in availability: Availability) -> Template? {
        guard let template = template(key, in: availability) else { return nil }
        if let literal = template.literal, case .boolean = literal { return template }
        if case .text = template.kind { return template }
        reader.fault(key, "\"\(key)\" is true or false, or an expression")
        return nil
    }

    /// A number of minutes, or an expression for it.
    func minutes(_ key: String, in availability: Availability) -> Template? {
        guard let template = template(key, in: availability) else { return nil }
        if case .text = template.kind { return template }
        guard let value = template.literal, let fault = Timeout.fault(value) else { return template }
        reader.fault(key, "\"\(key)\" \(fault)")
        return nil
    }

    /// A mapping of names to single values, or an expression for the whole.
    @discardableResult func environment(
        _ key: String, in availability: Availability
    ) -> [(name: String, place: DocumentPlace, value: Template)] {
        guard let node = reader.node(key) else { return [] }
        let template = checked(node, key, availability)
        switch template.kind {
        case .mapping(let members):
            for member in members {
                switch member.value.kind {
                case .list, .mapping: faults.add("\"\(member.key)\" is a single value", at: member.value.place)
                case .literal, .text: break
                }
            }
            return members.map { ($0.key, $0.place, $0.value) }
        case .text: return []
        case .literal, .list:
            reader.fault(key, "\"\(key)\" is a mapping of names to values")
            return []
        }
    }

    func concurrency(in availability: Availability) -> ConcurrencyDefinition? {
        guard let node = reader.node("concurrency") else { return nil }
        guard case .mapping = node.kind else {
            return scalar("concurrency", in: availability).map {
                ConcurrencyDefinition(group: $0, place: node.place)
            }
        }
        let inner = MappingReader(node, faults, name: "\"concurrency\"")
        let values = ValueReader(inner)
        let group = values.scalar("group", in: availability, required: true)
        _ = values.boolean("cancel-in-progress", in: availability)
        _ = inner.choice("queue", of: ["single", "max"])
        inner.finish()
        return group.map { ConcurrencyDefinition(group: $0, place: node.place) }
    }

    /// `defaults.run`: read for its faults, as it changes nothing that a plan knows.
    func defaults() {
        guard let defaults = reader.mapping("defaults") else { return }
        if let run = defaults.mapping("run") {
            let values = ValueReader(run)
            _ = values.scalar("shell", in: .defaults)
            _ = values.scalar("working-directory", in: .defaults)
            run.finish()
        }
        defaults.finish()
    }

    private static let scopes = [
        "actions", "artifact-metadata", "attestations", "checks", "contents", "copilot-requests", "deployments",
        "discussions", "id-token", "issues", "models", "packages", "pages", "pull-requests", "repository-projects",
        "security-events", "statuses", "vulnerability-alerts",
    ]

    /// `permissions`: read for its faults.
    func permissions() {
        guard let node = reader.node("permissions") else { return }
        guard case .mapping = node.kind else {
            _ = reader.choice("permissions", of: ["read-all", "write-all"])
            return
        }
        let inner = MappingReader(node, faults, name: "\"permissions\"")
        for scope in Self.scopes { _ = inner.choice(scope, of: ["read", "write", "none"]) }
        inner.finish()
    }
}
