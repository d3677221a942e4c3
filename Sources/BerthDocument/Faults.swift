/// One thing wrong with a file that a person wrote.
package struct DocumentFault: Sendable, Hashable {
    package let place: DocumentPlace
    package let message: String

    package init(place: DocumentPlace, message: String) {
        self.place = place
        self.message = message
    }
}

extension DocumentFault: CustomStringConvertible {
    /// `file:line:column: message`.
    package var description: String { "\(place): \(message)" }
}

/// All that is wrong with a file, in the file's order; callers end with `ExitStatus.usage`.
package struct DocumentFaults: Error, Sendable {
    package let faults: [DocumentFault]

    package init(_ faults: [DocumentFault]) { self.faults = faults }
}

extension DocumentFaults: CustomStringConvertible {
    /// One fault a line.
    package var description: String { faults.map(\.description).joined(separator: "\n") }
}

/// Collects faults while a file is read, so that a person sees all of them at once.
package final class Faults {
    private var found: [DocumentFault] = []

    package init() {}

    /// Whether nothing was wrong so far.
    package var isEmpty: Bool { found.isEmpty }

    /// Notes a fault.
    package func add(_ message: String, at place: DocumentPlace) {
        found.append(DocumentFault(place: place, message: message))
    }

    /// Throws `DocumentFaults` with all faults noted so far; returns when there are none.
    package func check() throws(DocumentFaults) {
        guard !found.isEmpty else { return }
        throw DocumentFaults(sorted)
    }

    /// By place, files in the order in which they were noted first; what aliases repeat stands there once.
    package var sorted: [DocumentFault] {
        var files: [String: Int] = [:]
        var seen: Set<DocumentFault> = []
        for fault in found where files[fault.place.file] == nil { files[fault.place.file] = files.count }
        let unique = found.filter { seen.insert($0).inserted }
        let order = unique.enumerated().map { offset, fault in
            (key: [files[fault.place.file] ?? 0, fault.place.line, fault.place.column, offset], fault: fault)
        }
        return order.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.fault)
    }
}
