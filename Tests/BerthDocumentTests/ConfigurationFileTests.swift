import Testing

@testable import BerthDocument

/// The sections of `berth.yaml`.
struct ConfigurationFileTests {
    private func faults(_ text: String) throws -> [String] {
        let faults = Faults()
        _ = try ConfigurationFile.reader(Array(text.utf8), file: "berth.yaml", faults)
        return faults.sorted.map(\.description)
    }

    @Test func `sections of all commands are known, whatever is in them`() throws {
        #expect(try faults("machine: {}\njobs: []\nregistry: ghcr.io/me\ncache: {remote: 5}\n").isEmpty)
    }

    @Test func `others are named with their lines, with the nearest known one or all of them`() throws {
        #expect(
            try faults("machine: {}\nretentoin: {}\nsoup: hot\n") == [
                "berth.yaml:2:1: \"retentoin\" is not a known key of the configuration; did you mean \"retention\"?",
                "berth.yaml:3:1: \"soup\" is not a known key of the configuration; known here: cache, debian, jobs, machine, "
                    + "nightly, npm, python, registry, retention",
            ])
    }
}
