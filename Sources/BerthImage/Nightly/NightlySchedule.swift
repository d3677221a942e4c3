internal import BerthDocument
package import Foundation

/// The time of day at which nights are due, by the machine's own clock.
package struct NightlySchedule: Sendable, Equatable {
    package let hour: Int
    package let minute: Int

    /// Three in the morning: after the usual time of mirrors' updates, before anybody works.
    package static let standard = NightlySchedule(hour: 3, minute: 0)

    private init(hour: Int, minute: Int) {
        self.hour = hour
        self.minute = minute
    }

    /// Reads `03:00`; nil for anything else.
    package init?(parsing text: String) {
        guard let match = text.wholeMatch(of: #/(\d{1,2}):(\d{2})/#), let hour = Int(match.output.1),
            let minute = Int(match.output.2), hour < 24, minute < 60
        else { return nil }
        self.init(hour: hour, minute: minute)
    }

    /// The last moment at or before `now` at which a night was due.
    package func lastDue(_ now: Date, in zone: TimeZone = .current) -> Date {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        for day in 0...2 {
            guard let date = calendar.date(byAdding: .day, value: -day, to: now),
                let due = calendar.date(bySettingHour: hour, minute: minute, second: 0, of: date)
            else { continue }
            if due <= now { return due }
        }
        return now.addingTimeInterval(-86_400)
    }

    /// Hours at which a timer tries: the due one and five later ones, for a night that had no power or no network.
    package var hours: [Int] { stride(from: 0, to: 18, by: 3).map { (hour + $0) % 24 }.sorted() }
}

/// What the user's `berth.yaml` says of nights.
package struct NightlySettings: Sendable, Equatable {
    package var schedule = NightlySchedule.standard
    /// A program and its arguments that gets the summary as JSON; empty for none.
    package var notify: [String] = []

    package init() {}

    init(_ reader: MappingReader) {
        defer { reader.finish() }
        notify = reader.strings("notify") ?? []
        guard let text = reader.string("at") else { return }
        schedule = NightlySchedule(parsing: text) ?? .standard
        if NightlySchedule(parsing: text) == nil { reader.fault("at", "a time of day is written as 03:00") }
    }
}
