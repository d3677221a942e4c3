internal import Foundation

/// Dates as reports have them: RFC 3339 in UTC.
package enum TimeText {
    package static func of(_ seconds: Int64) -> String {
        Date(timeIntervalSince1970: Double(seconds)).ISO8601Format()
    }
}
