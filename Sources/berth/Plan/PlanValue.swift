internal import ArgumentParser
internal import BerthPlan
internal import BerthWorkflow

/// Values of options of plans, each read once; what is wrong with one is said behind the name of its option.
enum PlanValue {
    static func bytes(_ text: String) throws -> Int { try known(Quantity.bytes(text), "a size such as 12GiB") }

    /// In thousandths.
    static func processors(_ text: String) throws -> Int {
        try known(Quantity.processors(text), "a number such as 8 or 2.5")
    }

    static func time(_ text: String) throws -> Duration {
        let match = text.wholeMatch(of: #/([0-9]{1,6})(ms|s|m)/#)
        guard let match, let number = Int(match.output.1) else { throw refusal("a time such as 200ms or 5s") }
        return match.output.2 == "ms" ? .milliseconds(number) : .seconds(match.output.2 == "m" ? number * 60 : number)
    }

    /// One seed, or a row of them: `1-24`.
    static func seeds(_ text: String) throws -> [UInt64] {
        let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { UInt64($0) }
        guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1], first <= last,
            last - first < 1000
        else { throw refusal("a number, or two such as 1-24, less than 1000 apart") }
        return Array(first...last)
    }

    /// Separated by commas.
    static func loads(_ text: String) throws -> [Double] {
        try parts(of: text).map { part in
            guard let value = Double(part), value >= 0.01, value <= 10 else {
                throw refusal("numbers from 0.01 to 10, separated by commas")
            }
            return value
        }
    }

    /// Separated by commas.
    static func policies(_ text: String) throws -> [OnlinePolicy] {
        try parts(of: text).map { part in
            try known(
                OnlinePolicy.named(String(part)),
                "one or more of \(OnlinePolicy.all.map(\.name).joined(separator: ", "))")
        }
    }

    private static func parts(of text: String) throws -> [Substring] {
        let parts = text.split(separator: ",")
        if parts.isEmpty { throw refusal("one value or more, separated by commas") }
        return parts
    }

    private static func known<Value>(_ value: Value?, _ rule: String) throws -> Value {
        guard let value else { throw refusal(rule) }
        return value
    }

    private static func refusal(_ rule: String) -> ValidationError { ValidationError("it takes \(rule)") }
}
