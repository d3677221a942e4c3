import Testing

@testable import BerthDocument

/// Damaged texts: read or refused with a place, never a crash.
@Suite struct DamageTests {
    private static let yaml = """
        base: trixie
        packages: [git, "curl", 'jq']
        env:
          PATH: /usr/bin # comment
          EMPTY: ""
        files:
          - path: /etc/motd
            content: |
              hello
        size: 3.10

        """
    private static let toml =
        "lock-version = \"1.0\"\n[[packages]]\nname = 'a'\nwheels = [{ url = \"x\", size = 1, when = 2026-01-02T03:04:05Z }]\n"

    private func variants(_ text: String) -> [[UInt8]] {
        let bytes = Array(text.utf8)
        let signs: [UInt8] = Array("&*!|>'\"%@`{}[],#?:-\t\n\0.".utf8) + [0xFF, 0xC3, 0xE2]
        return bytes.indices.flatMap { index in
            [signs[index % signs.count], signs[(index * 7 + 3) % signs.count]].map { sign in
                var changed = bytes
                changed[index] = sign
                return changed
            } + [Array(bytes[..<index])]
        }
    }

    @Test func `YAML with a changed byte, or cut, has a tree or faults with places`() {
        for bytes in variants(Self.yaml) {
            let faults = Faults()
            do {
                let reader = MappingReader(try YAMLDocument(bytes, file: "f", faults: faults).root, faults)
                _ = (reader.strings("packages"), reader.pairs("env"), reader.mappings("files"), reader.string("base"))
                reader.finish()
                try faults.check()
            } catch {
                #expect(error.faults.allSatisfy { $0.place.line > 0 && $0.place.column > 0 && !$0.message.isEmpty })
            }
        }
    }

    @Test func `TOML with a changed byte, or cut, has a tree or a fault`() {
        for bytes in variants(Self.toml) {
            do { _ = try TOMLDocument(bytes, file: "f") } catch { #expect(error.faults.count == 1) }
        }
    }
}
