internal import BerthDocument

/// An action of this repository: the actions that its steps use, or the image that it runs in.
struct ActionDefinition {
    var uses: [ActionReference] = []

    /// Reads `action.yml`; faults are noted where the file has them.
    static func read(_ bytes: [UInt8], file: String, _ faults: Faults) throws(DocumentFaults) -> ActionDefinition {
        let document = try YAMLDocument(
            bytes, file: file, faults: faults, limit: WorkflowReader.largest,
            aliases: .resolved(limit: YAMLAliases.usualLimit))
        let reader = MappingReader(document.root, faults, name: "an action")
        for key in ["name", "author", "description", "inputs", "outputs", "branding"] { _ = reader.nodeOrNull(key) }
        var action = ActionDefinition()
        if let runs = reader.mapping("runs", required: true) {
            let using = runs.string("using", required: true) ?? ""
            switch using {
            case "composite":
                action.uses = StepReader.read(runs, action: true).compactMap(\.action)
                runs.finish()
            case "docker":
                if let image = runs.string("image", required: true), image.hasPrefix("docker://"),
                    let reference = ActionReference(image, at: runs.node("image")?.place ?? runs.place)
                {
                    action.uses = [reference]
                }
            default:
                if using.wholeMatch(of: #/node[0-9]+/#) == nil, !using.isEmpty {
                    runs.fault("using", "\"using\" is composite, docker or node with a version, not \"\(using)\"")
                }
            }
        }
        reader.finish()
        return action
    }
}

/// What the steps of a job use beyond this repository, each once.
struct ActionUses {
    private(set) var outside: [ActionReference] = []
    /// Folders that were gone through already: steps may use one a thousand times.
    fileprivate var done: Set<String> = []
    var unknowns: [DocumentFault] = []

    mutating func add(_ reference: ActionReference) {
        if !outside.contains(where: { $0.kind == reference.kind }) { outside.append(reference) }
    }
}

extension GraphBuilder {
    /// GitHub's bound on composite actions above one another.
    private static var deepestActions: Int { 10 }

    /// What an action uses, through actions of this repository too.
    func collect(_ reference: ActionReference, into uses: inout ActionUses, path: [String]) throws {
        guard case .local(let folder) = reference.kind else { return uses.add(reference) }
        if let first = path.firstIndex(of: folder) {
            let circle = path[first...].map { "./" + $0 } + ["./" + folder]
            faults.add(
                "these actions use each other in a circle: \(circle.joined(separator: " → "))", at: reference.place)
            return
        }
        guard !uses.done.contains(folder) else { return }
        guard path.count < Self.deepestActions else {
            faults.add("actions use each other more than \(Self.deepestActions) levels deep", at: reference.place)
            return
        }
        guard let action = try action(folder, reference, &uses) else { return }
        for inner in action.uses { try collect(inner, into: &uses, path: path + [folder]) }
        uses.done.insert(folder)
    }

    /// Nil where there is none yet, as steps before it may make it, or where it has faults.
    private func action(
        _ folder: String, _ reference: ActionReference, _ uses: inout ActionUses
    ) throws -> ActionDefinition? {
        if let known = actions[folder], let known { return known }
        for name in ["action.yml", "action.yaml"] {
            let file = folder.isEmpty ? name : folder + "/" + name
            guard let bytes = try files(file) else { continue }
            if actions[folder] != nil { return nil }
            let inner = Faults()
            do {
                let action = try ActionDefinition.read(bytes, file: file, inner)
                try inner.check()
                actions[folder] = .some(action)
                return action
            } catch {
                for fault in error.faults { faults.add(fault.message, at: fault.place) }
                actions[folder] = .some(nil)
                return nil
            }
        }
        uses.unknowns.append(
            DocumentFault(place: reference.place, message: "there is no action ./\(folder) before the run"))
        return nil
    }
}
