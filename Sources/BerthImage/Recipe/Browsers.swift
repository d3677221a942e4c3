package import BerthArchive

/// The folder in which Playwright looks for its own browsers, filled with links to Debian's.
///
/// Playwright asks for a browser by the revision that its release was made with, so each release has a folder of its
/// own (images.md §4.4). Both versions are in the image's labels: they differ, and a smoke test shows that they fit.
package struct Browsers: Codable, Sendable, Equatable {
    /// What `PLAYWRIGHT_BROWSERS_PATH` names.
    package var folder: ArchivePath = "ms-playwright"
    /// The program that stands for Chromium and for its headless shell.
    package var chromium: ArchivePath = "usr/bin/chromium"
    /// Playwright's releases (`1.65`) and the Chromium revision of each.
    package var revisions: [String: Int]
    /// What records videos of pages; nil: none, and Playwright then says that its ffmpeg is missing.
    package var videos: Videos?

    /// The program that Playwright pipes its videos through.
    package struct Videos: Codable, Sendable, Equatable {
        package var ffmpeg: ArchivePath = "usr/bin/ffmpeg"
        /// The revisions of ffmpeg that Playwright's releases ask for.
        package var revisions: [Int]
    }
}
