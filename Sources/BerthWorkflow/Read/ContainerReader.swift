internal import BerthDocument

/// `container` and `services`.
enum ContainerReader {
    static func container(_ reader: MappingReader) -> ContainerDefinition? {
        reader.node("container").flatMap {
            read($0, name: "container", key: "container", reader.faults, service: false)
        }
    }

    static func services(_ reader: MappingReader) -> [ContainerDefinition] {
        guard let services = reader.mapping("services") else { return [] }
        return services.keys.compactMap { name in
            guard let node = services.node(name) else { return nil }
            return read(node, name: name, key: name, services.faults, service: true)
        }
    }

    private static func read(
        _ node: DocumentNode, name: String, key: String, _ faults: Faults, service: Bool
    ) -> ContainerDefinition? {
        guard case .mapping = node.kind else {
            guard node.text != nil else {
                faults.add("\"\(key)\" is an image, or a mapping with an image", at: node.place)
                return nil
            }
            let image = Template(node, faults)
            Availability.job.check(image, in: key, faults)
            return ContainerDefinition(name: name, place: node.place, image: image)
        }
        let reader = MappingReader(node, faults, name: "\"\(key)\"")
        let values = ValueReader(reader)
        let image = values.scalar("image", in: .job, required: true)
        let options = values.scalar("options", in: .job)
        values.environment("env", in: .outputs)
        values.environment("credentials", in: Availability(contexts: Availability.job.contexts + ["env", "secrets"]))
        for list in ["ports", "volumes"] { _ = reader.nodeOrNull(list).map { values.checked($0, list, .job) } }
        if service { for text in ["entrypoint", "command"] { _ = values.scalar(text, in: .job) } }
        reader.finish()
        return image.map { ContainerDefinition(name: name, place: node.place, image: $0, options: options) }
    }
}
