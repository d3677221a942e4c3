import BerthDocument
import BerthPlan
import SystemPackage
import Testing

@testable import BerthWorkflow

/// Workflows with a part changed or cut: a graph or faults with places, never a crash, and no job that waits for none.
@Suite struct DamageTests {
    /// SplitMix64, so that each run damages the same places.
    private struct SplitMix64: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }
    }

    private static let pieces = [
        "${{", "}}", "'", "\"", "*a", "&a ", "<<: ", "[", "]", "{", "}", ":", "- ", "\t", "\u{0}", "\u{FEFF}", "needs.",
        "matrix", "!", "-1",
        "null", "1e999", "../", "🦜", "\n", "\r\n", " #", "?", "|",
    ]

    private func damaged(_ bytes: [UInt8], _ generator: inout SplitMix64) -> [UInt8] {
        var bytes = bytes
        let place = Int.random(in: 0..<bytes.count, using: &generator)
        switch Int.random(in: 0..<5, using: &generator) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
        case 1: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 1..<40, using: &generator)))
        case 2: bytes.removeSubrange(place...)
        case 3:
            bytes.insert(contentsOf: Array(Self.pieces.randomElement(using: &generator)?.utf8 ?? "".utf8), at: place)
        default:
            let other = Int.random(in: 0..<bytes.count, using: &generator)
            bytes.insert(contentsOf: bytes[other..<min(bytes.count, other + 60)], at: place)
        }
        return bytes.isEmpty ? [0x0A] : bytes
    }

    @Test(arguments: try Act.repositories())
    func `a damaged workflow has a graph or faults with places`(repository: String) throws {
        let files = Act.files(of: repository)
        var generator = SplitMix64(state: 5)
        for path in try files.workflowFiles() {
            let whole = try #require(try files.bytes(path))
            for _ in 0..<60 {
                let bytes = damaged(whole, &generator)
                do {
                    let workflow = try WorkflowReader.read(bytes, file: path)
                    let graph = try GraphBuilder.graph(of: workflow) { try files.bytes($0) }
                    let ids = Set(graph.jobs.map(\.id))
                    #expect(ids.count == graph.jobs.count)
                    #expect(graph.jobs.allSatisfy { $0.needs.allSatisfy { ids.contains($0) } })
                    let sized = SizedGraph(graph)
                    let running = Set(sized.jobs.map(\.id))
                    #expect(sized.jobs.allSatisfy { $0.predecessors.allSatisfy { running.contains($0) } })
                } catch let faults as DocumentFaults {
                    #expect(
                        !faults.faults.isEmpty && faults.faults.allSatisfy { $0.place.line > 0 && $0.place.column > 0 })
                }
            }
        }
    }
}
