internal import Foundation

/// Numbers by chance that are the same for the same seed everywhere (SplitMix64, Steele and others 2014).
///
/// The seed is mixed before it becomes the state: else the numbers of seeds 1 and 2 would be one row, shifted by one.
struct SeededNumbers: RandomNumberGenerator {
    private var state: UInt64
    private static let step: UInt64 = 0x9E37_79B9_7F4A_7C15

    init(seed: UInt64) { state = Self.mixed(seed &+ Self.step) }

    mutating func next() -> UInt64 {
        state &+= Self.step
        return Self.mixed(state)
    }

    private static func mixed(_ state: UInt64) -> UInt64 {
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }

    /// From 0 up to, but without, 1.
    mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// Of the normal distribution around 0 with deviation 1 (Box and Muller).
    mutating func normal() -> Double { sqrt(-2 * log(1 - unit())) * cos(2 * .pi * unit()) }

    /// Log-normal, by its median and the deviation of its logarithm.
    mutating func logNormal(median: Double, deviation: Double) -> Double { median * exp(deviation * normal()) }
}
