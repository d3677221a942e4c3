internal import Testing

@testable import BerthPlan

/// Patterson files, right and wrong.
struct PattersonFileTests {
    private static let small = "4 1\n3\n0 0 2 2 3\n2 2 1 4\n5 2 1 4\n0 0 0\n"

    private func faults(_ text: String) -> [PlanFault.Kind] {
        do throws(PlanFault) {
            _ = try PattersonFile.read(text)
            return []
        } catch { return error.faults }
    }

    @Test func `a file is read whatever its line ends are`() throws {
        let (windows, line) = (Self.small.replacing("\n", with: "\r\n"), Self.small.replacing("\n", with: "\t"))
        for text in [Self.small, "\u{FEFF}" + windows, line] {
            let problem = try PattersonFile.read(text)
            #expect(problem.durations == [0, 2, 5, 0])
            #expect(problem.demands == [0, 2, 2, 0])
            #expect(problem.capacities == [3])
            #expect(problem.predecessors == [[], [0], [0], [1, 2]])
            #expect(Planner().plan(problem).schedule.makespan == 7)
        }
    }

    @Test func `the line where a file stops to make sense is named`() {
        #expect(faults("") == [.line(1, "the file ends where the number of jobs should be")])
        #expect(
            faults("2 1\n3\n0 0\n") == [.line(3, "the file ends where the number of successors of job 1 should be")])
        #expect(faults("2 1\n3\n0 x") == [.line(3, "\"x\" is not a number; here is what job 1 needs of resource 1")])
        #expect(faults("1 0\n-1 0") == [.line(2, "the duration of job 1 is -1; it lies between 0 and 3024000000")])
        #expect(faults("1 0\n1 1 2") == [.line(2, "a successor of job 1 is 2; it lies between 1 and 1")])
        #expect(faults("0 1") == [.line(1, "the number of jobs is 0; it lies between 1 and 10000")])
        #expect(faults("1 0\n1 0\n7") == [.line(3, "more numbers than the file's counts say; check the first line")])
        #expect(faults("99999999999999999999 1").count == 1)
    }

    @Test func `what the numbers say may still be wrong`() {
        #expect(faults("2 1\n3\n1 4 1 2\n1 1 1 1\n").count == 1)
        #expect(faults("2 1\n3\n1 1 1 2\n1 1 1 1\n") == [.cycle([Job.ID("1"), Job.ID("2")])])
        let needs = PlanFault.Kind.neverFits(Job.ID("1"), Resource("resource 1"), needs: 4, available: 3)
        #expect(faults("1 1\n3\n1 4 0\n") == [needs])
    }
}
