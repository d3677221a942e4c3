internal import Foundation

extension LinePlot {
    /// Of numbers above nothing; what is not is taken for the smallest.
    static func logarithm(_ value: Double) -> Double { log10(max(value, 1e-9)) }
}
