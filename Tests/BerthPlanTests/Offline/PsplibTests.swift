internal import Foundation
internal import Testing

@testable import BerthPlan

/// Instances of PSPLIB j30 beside the project's folder, with their proved optima.
struct PsplibTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "shared/data/psplib")

    static var isThere: Bool { FileManager.default.fileExists(atPath: folder.appending(path: "j30.tar.gz").path) }

    /// The numbers of all instances and their optima.
    private static func optima() throws -> [String: Int] {
        let text = try String(contentsOf: folder.appending(path: "j30-optimum.csv"), encoding: .utf8)
        return text.split(whereSeparator: \.isNewline).dropFirst().reduce(into: [:]) { optima, line in
            let fields = line.split(separator: ",")
            optima[String(fields[0])] = Int(fields[1])
        }
    }

    private static func problem(_ name: String) throws -> Problem {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["tar", "-xzOf", folder.appending(path: "j30.tar.gz").path, "j30/\(name).rcp"]
        process.standardOutput = output
        try process.run()
        let text = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
        return try PattersonFile.read(String(decoding: text, as: UTF8.self))
    }

    /// Groups differ in how scarce the resources are and how many of them a job needs.
    @Test(.enabled(if: isThere), arguments: [1, 7, 12, 19, 22, 28, 31, 36, 42, 48])
    func `a few steps give a valid schedule, near the optimum, with an honest bound`(group: Int) throws {
        let optima = try Self.optima()
        #expect(optima.count == 480)
        let name = "j30_\(group)_\(1 + group % 10)"
        let optimum = try #require(optima[name])
        let problem = try Self.problem(name)
        let solution = Planner(Planner.Options(schedules: 600, nodes: 600)).plan(problem)
        #expect(ScheduleChecker(problem).breaches(of: solution.schedule) == [])
        #expect(solution.bound <= optimum)
        #expect(solution.schedule.makespan >= optimum)
        #expect(Double(solution.schedule.makespan) <= Double(optimum) * 1.03)
        #expect(!solution.isOptimal || solution.schedule.makespan == optimum)
    }
}
