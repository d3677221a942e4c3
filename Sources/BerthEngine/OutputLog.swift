/// Collects a container's two outputs from the engine's frames, keeping the last bytes of each.
///
/// A frame is one byte for the output (1 or 2), three zero bytes, the length in big-endian, and the bytes
/// (moby: api/swagger.yaml, ContainerAttach).
struct OutputLog: Sendable {
    private let limit: Int
    private var pending: [UInt8] = []
    private var outputs: [[UInt8]] = [[], []]

    init(limit: Int) { self.limit = limit }

    /// Whether nothing was said.
    var isEmpty: Bool { outputs.allSatisfy(\.isEmpty) }

    /// Takes bytes as they come from the engine, whole frames or not.
    mutating func add(frames bytes: [UInt8]) {
        pending += bytes
        var start = 0
        while pending.count - start >= 8 {
            let length = pending[(start + 4)..<(start + 8)].reduce(0) { $0 << 8 | Int($1) }
            guard pending.count - start - 8 >= length else { break }
            add(pending[(start + 8)..<(start + 8 + length)], errors: pending[start] == 2)
            start += 8 + length
        }
        pending.removeFirst(start)
    }

    /// Takes bytes of one of the outputs.
    mutating func add(_ bytes: some Collection<UInt8>, errors: Bool) {
        let output = errors ? 1 : 0
        outputs[output] += bytes
        // Cutting only now and then keeps it cheap.
        if outputs[output].count > 2 * limit { outputs[output].removeFirst(outputs[output].count - limit) }
    }

    /// What was said so far, with the exit code.
    func outcome(code: Int32, outOfMemory: Bool = false) -> RunOutcome {
        let texts = outputs.map { String(decoding: $0.suffix(limit), as: UTF8.self) }
        return RunOutcome(code: code, output: texts[0], errors: texts[1], outOfMemory: outOfMemory)
    }
}
