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

    /// The image names whose night has ended well in a night that began at that moment or later.
    static func done(since due: Date, in store: Store) throws -> Set<String> {
        let records = try store.nights.reports().compactMap { bytes in
            try? JSONDecoder().decode(NightRecord.self, from: Data(bytes))
        }
        let recent = records.filter { record in
            (try? Date(record.began, strategy: .iso8601)).map { $0 >= due } ?? false
        }
        return Set(recent.flatMap(\.images).filter(\.endedWell).map(\.name))
    }
}
