package import BerthPackages
internal import BerthSystem

/// Operating system and processor of an image, as `linux/arm64`.
package struct Platform: Sendable, Hashable, Codable, CustomStringConvertible {
    package let architecture: DebianArchitecture

    package init(_ architecture: DebianArchitecture) { self.architecture = architecture }

    /// Parses `linux/arm64` or `linux/amd64`; nil for anything else.
    package init?(parsing text: String) {
        guard text.hasPrefix("linux/"), let found = DebianArchitecture(rawValue: String(text.dropFirst(6))) else {
            return nil
        }
        architecture = found
    }

    package init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let platform = Platform(parsing: text) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "unknown platform \(text)"))
        }
        self = platform
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }

    package var description: String { "linux/\(architecture.ociName)" }
}

extension Platform: CodingKeyRepresentable {
    package var codingKey: any CodingKey { PlatformKey(stringValue: description) }

    package init?(codingKey: some CodingKey) { self.init(parsing: codingKey.stringValue) }
}

private struct PlatformKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}

extension Platform {
    /// Parses what a person typed.
    package static func required(_ text: String) throws -> Platform {
        if let platform = Platform(parsing: text) { return platform }
        throw BerthError(
            .usage, "unknown platform \(text.escaped)", remedy: "linux/arm64 and linux/amd64 are known")
    }
}
