internal import BerthDocument

/// `on`: an event, a list of events, or a mapping of events to what restricts them.
enum TriggerReader {
    /// The events, each with the keys that it may have besides `types`; nil for those that have none at all.
    private static let events: [String: [String]?] = [
        "branch_protection_rule": [], "check_run": [], "check_suite": [], "create": nil, "delete": nil,
        "deployment": nil, "deployment_status": nil, "discussion": [], "discussion_comment": [], "fork": nil,
        "gollum": nil, "image_version": ["names", "versions"], "issue_comment": [], "issues": [], "label": [],
        "merge_group": ["branches", "branches-ignore"], "milestone": [], "page_build": nil, "project": [],
        "project_card": [], "project_column": [], "public": nil,
        "pull_request": ["branches", "branches-ignore", "paths", "paths-ignore"], "pull_request_comment": [],
        "pull_request_review": [], "pull_request_review_comment": [],
        "pull_request_target": ["branches", "branches-ignore", "paths", "paths-ignore"],
        "push": ["branches", "branches-ignore", "tags", "tags-ignore", "paths", "paths-ignore"],
        "registry_package": [], "release": [], "repository_dispatch": [], "schedule": nil, "status": nil, "watch": [],
        "workflow_call": nil, "workflow_dispatch": nil,
        "workflow_run": ["workflows", "branches", "branches-ignore"],
    ]

    static func read(_ reader: MappingReader, into workflow: inout Workflow) {
        guard let node = reader.node("on", required: true) else { return }
        switch node.kind {
        case .scalar, .null: event(node, reader.faults, into: &workflow)
        case .sequence(let items):
            if items.isEmpty { reader.fault("on", "\"on\" names at least one event") }
            for item in items { event(item, reader.faults, into: &workflow) }
        case .mapping(let members):
            if members.isEmpty { reader.fault("on", "\"on\" names at least one event") }
            let inner = MappingReader(node, reader.faults, name: "\"on\"")
            for member in members where isKnown(member.key, member.place, reader.faults) {
                workflow.triggers.append(Trigger(event: member.key, place: member.place))
                settings(member, inner, into: &workflow)
            }
        }
    }

    /// An event without settings.
    private static func event(_ node: DocumentNode, _ faults: Faults, into workflow: inout Workflow) {
        guard let name = node.text else {
            faults.add("an event is a name, not \(node.kindName)", at: node.place)
            return
        }
        guard isKnown(name, node.place, faults) else { return }
        workflow.triggers.append(Trigger(event: name, place: node.place))
        if name == "workflow_call" { workflow.call = CallInterface(place: node.place) }
        if name == "schedule" { faults.add("\"schedule\" needs a list of cron expressions", at: node.place) }
    }

    private static func isKnown(_ name: String, _ place: DocumentPlace, _ faults: Faults) -> Bool {
        if events[name] != nil { return true }
        let hint = Suggestion.text(for: name, among: events.keys.sorted())
        faults.add("\"\(name)\" is not an event\(hint)", at: place)
        return false
    }

    private static func settings(_ member: DocumentMember, _ events: MappingReader, into workflow: inout Workflow) {
        let faults = events.faults
        switch member.key {
        case "workflow_call":
            workflow.call = InterfaceReader.call(member.value, faults)
        case "workflow_dispatch":
            workflow.inputs = InterfaceReader.dispatch(member.value, faults)
        case "schedule": schedule(events)
        default:
            if case .null = member.value.kind { return }
            filters(MappingReader(member.value, faults, name: "\"\(member.key)\""), event: member.key)
        }
    }

    private static func schedule(_ events: MappingReader) {
        for item in events.mappings("schedule", required: true) ?? [] {
            if let cron = item.string("cron", required: true), cron.split(separator: " ").count != 5 {
                item.fault("cron", "a cron expression has five fields: minute, hour, day, month, weekday")
            }
            _ = item.string("timezone")
            item.finish()
        }
    }

    private static func filters(_ reader: MappingReader, event: String) {
        guard let keys = events[event] ?? nil else {
            if !reader.keys.isEmpty { reader.faults.add("\"\(event)\" has no settings", at: reader.place) }
            return
        }
        for key in keys + ["types"] { _ = ListReader.texts(key, in: reader) }
        for key in ["branches", "tags", "paths"] where reader.has(key) && reader.has(key + "-ignore") {
            reader.fault(key + "-ignore", "\"\(key)\" and \"\(key)-ignore\" exclude each other; use ! in \"\(key)\"")
        }
        reader.finish()
    }
}

/// Keys that hold one text or a list of texts.
enum ListReader {
    static func texts(_ key: String, in reader: MappingReader) -> [(text: String, place: DocumentPlace)]? {
        guard let node = reader.node(key) else { return nil }
        if case .sequence = node.kind { return reader.placedStrings(key, allowEmpty: true) }
        return reader.string(key).map { [($0, node.place)] }
    }
}
