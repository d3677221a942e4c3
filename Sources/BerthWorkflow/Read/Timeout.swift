/// What a timeout may be.
enum Timeout {
    /// GitHub ends a run after 35 days, whatever its jobs say; in minutes.
    static let longest = 35.0 * 24 * 60

    /// What is wrong with a number of minutes; nil where nothing is.
    static func fault(_ value: ExpressionValue) -> String? {
        guard case .number(let minutes) = value, !minutes.isNaN else { return "is a number of minutes" }
        if minutes <= 0 { return "is more than 0 minutes" }
        if minutes > longest { return "is at most \(Int(longest)) minutes: no run lasts more than 35 days" }
        return nil
    }
}
