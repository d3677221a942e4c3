internal import BerthArchive
internal import BerthReport
internal import BerthSystem
internal import SystemPackage

/// The key that a build signs with.
enum SigningChoice {
    /// Opens the key, making the user's first one, and says so.
    ///
    /// A key that is there and can't be used ends the build; where none can be kept, the image stays unsigned.
    static func open(_ path: FilePath?, progress: any ProgressSink) throws -> SigningKeyFile.Opened? {
        guard let path else { return nil }
        do {
            let opened = try SigningKeyFile.readOrMake(path)
            if opened.isNew {
                progress.report(
                    .said(
                        "a signing key was made: \(path) (keep it to yourself); whoever verifies images needs "
                            + "\(SigningKeyFile.publicPath(of: path))"))
            }
            return opened
        } catch let error as BerthError where !Files.exists(path) {
            progress.report(.said("the image stays unsigned: no key can be kept at \(path) (\(error.what))"))
            return nil
        }
    }
}
