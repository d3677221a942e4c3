internal import BerthSystem
internal import SystemPackage

/// Guards the store against a wall clock that jumps.
///
/// A jump of more than a day since the last collection is believed only by the next one: this one sees at most
/// a day pass, so that a wrong clock cannot make everything old at once.
struct StoreClock {
    static let day: Int64 = 86_400
    /// So much late nobody is told: what runs daily is never on time to the second.
    private static let slack: Int64 = 3600
    let store: Store

    private var path: FilePath { store.root.appending("clock") }

    /// The moment a collection may assume, and whether that is much less than the clock shows.
    func believe(_ now: Int64) -> (now: Int64, isHeldBack: Bool) {
        let text = (try? Files.readText(path, limit: 64)) ?? ""
        guard let last = Int64(text.filter { !$0.isWhitespace }), now > last + Self.day else { return (now, false) }
        return (last + Self.day, now > last + Self.day + Self.slack)
    }

    /// Notes what the clock showed.
    func note(_ now: Int64) throws { try Files.writeAtomically("\(now)\n", to: path) }
}

extension Store {
    /// The moment that anything which removes may assume when the clock shows `now` (seconds since 1970).
    package func believed(_ now: Int64) -> Int64 { StoreClock(store: self).believe(now).now }
}
