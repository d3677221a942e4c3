internal import BerthStore
internal import Foundation

/// The part of a night's report that the next night asks for.
struct NightRecord: Decodable {
    struct Image: Decodable {
        let name: String
        let outcome: String

        var endedWell: Bool { ["unchanged", "promoted", "rolled-back"].contains(outcome) }
    }

    let began: String
    let images: [Image]

    /// A clock may be set back by so much and its nights still count, in seconds.
    private static let slack = 3600.0

    /// The image names whose night has ended well in a night that began at that moment or later.
    ///
    /// One that began in the future ran under a wrong clock and says nothing of the nights until then.
    static func done(since due: Date, by now: Date, in store: Store) throws -> Set<String> {
        let records = try store.nights.reports().compactMap { bytes in
            try? JSONDecoder().decode(NightRecord.self, from: Data(bytes))
        }
        let recent = records.filter { record in
            (try? Date(record.began, strategy: .iso8601)).map { $0 >= due && $0 <= now.addingTimeInterval(slack) }
                ?? false
        }
        return Set(recent.flatMap(\.images).filter(\.endedWell).map(\.name))
    }
}
