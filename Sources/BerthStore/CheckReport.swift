package import BerthArchive

/// How much of the content a check reads.
package enum ReadData: Sendable, Equatable {
    /// Names, kinds and sizes only.
    case none
    /// This share of the blobs, in percent, chosen by chance.
    case sample(percent: Int)
    /// Every byte.
    case all
}

/// What a check found.
package struct CheckReport: Sendable, Codable, Equatable {
    /// Something that `berth store repair`, or the command in its text, has to mend.
    package struct Problem: Sendable, Codable, Equatable {
        package enum Kind: String, Sendable, Codable {
            /// The bytes are not what the name promises.
            case damagedBlob
            /// A blob's name leads to something that is no regular file, or that cannot be read.
            case unreadableBlob
            /// A version needs a blob that is not there.
            case missingBlob
            /// A name points to nothing.
            case danglingRef
            /// `index.json` is lost or damaged.
            case damagedNames
            /// A version's, lock's or lease's record is damaged.
            case damagedRecord
            /// SQLite finds a fault in `index.sqlite` or `history.sqlite`.
            case damagedDatabase
        }

        package let kind: Kind
        /// A digest, a name or a path.
        package let subject: String
        package let text: String
    }

    package internal(set) var blobs = 0
    package internal(set) var bytes = ByteCount(0)
    /// Blobs whose content was read and hashed, and their bytes.
    package internal(set) var blobsRead = 0
    package internal(set) var bytesRead = ByteCount(0)
    package internal(set) var problems: [Problem] = []
    /// What is worth knowing and needs no repair.
    package internal(set) var notes: [String] = []

    /// Whether there is nothing to mend.
    package var isClean: Bool { problems.isEmpty }
}

/// What a repair did.
package struct RepairReport: Sendable, Codable, Equatable {
    /// One line for each thing done.
    package internal(set) var actions: [String] = []
    /// What a check finds afterwards: content that only its source can give again.
    package internal(set) var after = CheckReport()
}
