internal import BerthDocument

/// What a workflow takes from its caller, or from the person who starts it.
enum InterfaceReader {
    static func call(_ node: DocumentNode, _ faults: Faults) -> CallInterface {
        var interface = CallInterface(place: node.place)
        if case .null = node.kind { return interface }
        let reader = MappingReader(node, faults, name: "\"workflow_call\"")
        interface.inputs = inputs(reader, kinds: [.string, .number, .boolean], kindRequired: true)
        interface.secrets = secrets(reader)
        if let outputs = optional("outputs", in: reader) {
            for name in outputs.keys {
                guard let output = outputs.mapping(name) else { continue }
                _ = output.node("description")
                _ = ValueReader(output).scalar(
                    "value", in: Availability(contexts: ["github", "inputs", "jobs", "vars"]), required: true)
                output.finish()
            }
        }
        reader.finish()
        return interface
    }

    static func dispatch(_ node: DocumentNode, _ faults: Faults) -> [InputDefinition] {
        if case .null = node.kind { return [] }
        let reader = MappingReader(node, faults, name: "\"workflow_dispatch\"")
        let found = inputs(reader, kinds: InputDefinition.Kind.allCases, kindRequired: false)
        reader.finish()
        return found
    }

    private static func inputs(
        _ reader: MappingReader, kinds: [InputDefinition.Kind], kindRequired: Bool
    ) -> [InputDefinition] {
        guard let inputs = optional("inputs", in: reader) else { return [] }
        return inputs.keys.map { name in
            var input = InputDefinition(name: name, place: inputs.place(of: name))
            guard let definition = optional(name, in: inputs) else {
                if kindRequired { inputs.faults.add("the key \"type\" is missing", at: input.place) }
                return input
            }
            for key in ["description", "deprecationMessage"] { _ = definition.nodeOrNull(key) }
            let kind = definition.choice("type", of: kinds.map(\.rawValue), required: kindRequired)
            input.kind = kind.flatMap { InputDefinition.Kind(rawValue: $0) } ?? .string
            input.required = definition.boolean("required") ?? false
            input.standard = definition.nodeOrNull("default").map {
                ValueReader(definition).checked($0, "default", .run)
            }
            let options = definition.placedStrings("options")
            if input.kind == .choice, options == nil { definition.faults.add("a choice has options", at: input.place) }
            checkStandard(input, definition)
            definition.finish()
            return input
        }
    }

    private static func checkStandard(_ input: InputDefinition, _ reader: MappingReader) {
        guard let value = input.standard?.literal, let fault = InputValue.fault(value, of: input) else { return }
        reader.fault("default", fault)
    }

    private static func secrets(_ reader: MappingReader) -> [SecretDefinition] {
        guard let secrets = optional("secrets", in: reader) else { return [] }
        return secrets.keys.map { name in
            guard let definition = optional(name, in: secrets) else {
                return SecretDefinition(name: name, required: false)
            }
            _ = definition.nodeOrNull("description")
            let required = definition.boolean("required") ?? false
            definition.finish()
            return SecretDefinition(name: name, required: required)
        }
    }

    /// A mapping that may also be left empty.
    private static func optional(_ key: String, in reader: MappingReader) -> MappingReader? {
        guard let node = reader.nodeOrNull(key) else { return nil }
        if case .null = node.kind { return nil }
        return MappingReader(node, reader.faults, name: "\"\(key)\"")
    }
}

/// Values of inputs against what they are declared as.
enum InputValue {
    /// What is wrong with a value; nil where nothing is, or where it is not known.
    static func fault(_ value: ExpressionValue, of input: InputDefinition) -> String? {
        switch (input.kind, value) {
        case (_, .unknown), (_, .null), (.boolean, .boolean), (.number, .number): nil
        case (.string, .string), (.choice, .string), (.environment, .string): nil
        case (.string, .number), (.string, .boolean), (.choice, .number), (.choice, .boolean): nil
        case (.environment, .number), (.environment, .boolean): nil
        case (.boolean, _): "the input \"\(input.name)\" is true or false"
        case (.number, _): "the input \"\(input.name)\" is a number"
        default: "the input \"\(input.name)\" is a single value"
        }
    }
}
