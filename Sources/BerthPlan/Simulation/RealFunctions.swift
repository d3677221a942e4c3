/// Exponential and logarithm, written out so that a simulation gives the same bits on every system.
///
/// The C libraries of Linux and macOS differ in the last bit, which is enough for two jobs to change places.
enum RealFunctions {
    private static let logarithmOf2 = 0.693_147_180_559_945_3

    /// The natural logarithm; minus infinity for what is not above zero.
    ///
    /// x = m · 2^k with m near 1, and ln m = 2 artanh((m − 1) / (m + 1)).
    static func logarithm(_ value: Double) -> Double {
        guard value > 0 else { return -.infinity }
        guard value.isFinite else { return value }
        var (exponent, significand) = (Double(value.exponent), value.significand)
        if significand > 1.414_213_562_373_095 {
            significand /= 2
            exponent += 1
        }
        let ratio = (significand - 1) / (significand + 1)
        let square = ratio * ratio
        var sum = 0.0
        for odd in stride(from: 21.0, through: 1, by: -2) { sum = sum * square + 1 / odd }
        return exponent * logarithmOf2 + 2 * ratio * sum
    }

    /// The exponential, by e^x = 2^k · e^r with |r| at most half of ln 2.
    static func exponential(_ value: Double) -> Double {
        guard value < 709 else { return .infinity }
        guard value > -708 else { return 0 }
        let power = (value / logarithmOf2).rounded()
        let rest = value - power * logarithmOf2
        var sum = 1.0
        for divisor in stride(from: 14.0, through: 1, by: -1) { sum = 1 + sum * rest / divisor }
        return Double(sign: .plus, exponent: Int(power), significand: sum)
    }
}
