internal import ArgumentParser
internal import BerthReport
internal import BerthRunner

struct PlanCompare: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract:
            "Show the same jobs first come, first served, as GitHub starts them, and as planned, beside the bound.")

    @OptionGroup var planning: PlanningOptions
    @OptionGroup var common: CommonOptions

    func validate() throws { try planning.checkSingle() }

    func run() async throws {
        let making = try await planning.making(common)
        var plan = try making.plan()
        plan.columns = Console.columns
        try common.show(PlanComparisonReport(fifo: try making.strictQueue(), plan: plan))
    }
}
