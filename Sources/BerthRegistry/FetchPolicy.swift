package import BerthArchive

/// How long and how often fetching tries: every wait and every retry has a bound.
package struct FetchPolicy: Sendable {
    /// Connections at the same time.
    package var parallel = 6
    /// Tries in a row that bring nothing new, for one file.
    package var attempts = 5
    /// No answer, or fewer bytes than `trickle`, for this long ends a try.
    package var silence: Duration = .seconds(30)
    /// What must arrive within `silence`, so that a server can't hold on to us with single bytes.
    package var trickle = ByteCount(16 << 10)
    /// One file or document takes no longer than this in all.
    package var total: Duration = .seconds(3600)
    /// The wait before the second try; it doubles from try to try.
    package var firstWait: Duration = .milliseconds(500)
    /// No wait is longer, also where a server asks for more (Retry-After): then we give up.
    package var longestWait: Duration = .seconds(60)
    /// Redirects followed for one request.
    package var redirects = 5
    /// Bytes of a blob that one request brings to a registry; after a break no more than these are sent again.
    package var piece = ByteCount(64 << 20)
    /// Bytes of a blob in memory while it goes from one registry to another.
    package var window = ByteCount(8 << 20)
    /// A registry may hash a whole blob before it says that it is there.
    package var completion: Duration = .seconds(300)

    /// The bounds that Berth works with.
    package init() {}

    /// The wait after `tries` fruitless tries (from 1): doubling, with jitter so that many clients spread out.
    func wait(after tries: Int) -> Duration {
        let doubled = firstWait * (1 << min(max(0, tries - 1), 16))
        return min(doubled, longestWait) * Double.random(in: 0.5...1)
    }
}
