package import BerthDocument

/// A workflow file's bytes to a `Workflow`; all that is wrong comes out together, each with its place.
package enum WorkflowReader {
    /// GitHub's bound on a workflow file, in bytes.
    package static let largest = 1 << 20

    /// Reads a file; `file` is its path from the repository's folder on.
    package static func read(_ bytes: [UInt8], file: String) throws(DocumentFaults) -> Workflow {
        let faults = Faults()
        let document = try YAMLDocument(
            bytes, file: file, faults: faults, limit: largest, aliases: .resolved(limit: YAMLAliases.usualLimit))
        try refuseOthers(document.root, faults)
        let workflow = read(MappingReader(document.root, faults, name: "a workflow"), file: file)
        NeedsCheck.check(workflow, faults)
        try faults.check()
        return workflow
    }

    /// A file that is not a workflow gets one fault, not one for each of its keys.
    private static func refuseOthers(_ root: DocumentNode, _ faults: Faults) throws(DocumentFaults) {
        guard case .mapping = root.kind else {
            faults.add(
                "this is not a workflow: it holds \(root.kindName), not a mapping with on and jobs", at: root.place)
            return try faults.check()
        }
        if root["runs"] != nil {
            faults.add("this is an action, not a workflow; steps use it, and jobs use workflows", at: root.place)
        } else if root["jobs"] == nil, root["on"] == nil {
            faults.add("this is not a workflow: it has neither \"on\" nor \"jobs\"", at: root.place)
        } else if root["true"] != nil, root["on"] == nil {
            faults.add("\"on\" is written as \"true\" here, as YAML 1.1 tools do; write on:", at: root.place)
        } else {
            return
        }
        try faults.check()
    }

    private static func read(_ reader: MappingReader, file: String) -> Workflow {
        var workflow = Workflow(file: file)
        let values = ValueReader(reader)
        workflow.name = values.template("name", in: .none)?.literal?.text
        _ = values.template("description", in: .none)
        _ = values.template("run-name", in: .run)
        TriggerReader.read(reader, into: &workflow)
        workflow.concurrency = values.concurrency(in: .run)
        values.environment("env", in: .environment)
        values.defaults()
        values.permissions()
        guard let jobs = reader.mapping("jobs", required: true) else {
            reader.finish()
            return workflow
        }
        if jobs.keys.isEmpty { reader.fault("jobs", "a workflow has at least one job") }
        for id in jobs.keys {
            guard let node = jobs.node(id) else { continue }
            let job = MappingReader(node, reader.faults, name: "the job \"\(id)\"")
            if let definition = JobReader.read(job, id: id, place: jobs.place(of: id)) {
                workflow.jobs.append(definition)
            }
        }
        reader.finish()
        return workflow
    }
}
