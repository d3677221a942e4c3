/// Numbers by chance that are the same for the same seed everywhere (SplitMix64, Steele and others 2014).
///
/// The seed is mixed before it becomes the state: the raw states of seeds 1 and 2 lie one step apart, and their rows of
/// numbers would be one row, shifted.
struct SimulationNumbers: RandomNumberGenerator {
    private var state: UInt64

    /// One row of numbers for each purpose of a seed, so that more draws for one don't shift the others.
    init(seed: UInt64, purpose: UInt64 = 0) {
        state = Self.mix(Self.mix(seed) &+ purpose &* 0xD134_2543_DE82_EF95)
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return Self.mix(state)
    }

    /// From 0 up to, but without, 1.
    mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// Of the exponential distribution with mean 1.
    mutating func exponential() -> Double { -RealFunctions.logarithm(1 - unit()) }

    /// Of the normal distribution around 0 with deviation 1 (Marsaglia's polar method).
    mutating func normal() -> Double {
        while true {
            let (first, second) = (2 * unit() - 1, 2 * unit() - 1)
            let square = first * first + second * second
            guard square < 1, square > 0 else { continue }
            return first * (-2 * RealFunctions.logarithm(square) / square).squareRoot()
        }
    }

    /// Log-normal, by its median and the deviation of its logarithm.
    mutating func logNormal(median: Double, deviation: Double) -> Double {
        median * RealFunctions.exponential(deviation * normal())
    }

    private static func mix(_ seed: UInt64) -> UInt64 {
        var value = seed &+ 0x9E37_79B9_7F4A_7C15
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
