internal import BerthPlan

/// A label of `runs-on` that says what a job takes.
enum SizeLabel {
    case weight(Weight)
    /// Bytes, of the whole job with its services.
    case memory(Int)
    /// Thousandths.
    case processors(Int)

    private static let memory = "berth-memory-"
    private static let processors = "berth-cpus-"

    /// Nil for labels that say nothing of it.
    init?(_ label: String) {
        let label = label.lowercased()
        if let weight = Weight.allCases.first(where: { label == "berth-\($0.rawValue)" }) {
            self = .weight(weight)
        } else if label.hasPrefix(Self.memory), let bytes = Quantity.bytes(String(label.dropFirst(Self.memory.count))) {
            self = .memory(bytes)
        } else if label.hasPrefix(Self.processors),
            let count = Quantity.processors(String(label.dropFirst(Self.processors.count)))
        {
            self = .processors(count)
        } else {
            return nil
        }
    }

    /// What is wrong with a label that means to say a size; nil where nothing is.
    static func fault(_ label: String) -> String? {
        let folded = label.lowercased()
        guard folded.hasPrefix(memory) || folded.hasPrefix(processors), SizeLabel(label) == nil else { return nil }
        return "the label \(label) says no size; write \(memory)8g or \(processors)2"
    }
}
