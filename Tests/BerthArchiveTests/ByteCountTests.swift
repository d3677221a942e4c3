import BerthArchive
import Testing

struct ByteCountTests {
    @Test func `a sum stops at the largest number`() {
        let most = ByteCount(Int64.max)
        #expect(most + ByteCount(1) == most && most + most == most)
        #expect(ByteCount(2) + ByteCount(3) == ByteCount(5))
    }

    @Test func `a size is read as a person writes it`() {
        let sizes: [(text: String, bytes: Int64)] = [
            ("0", 0), ("500000000", 500_000_000), ("20GB", 20_000_000_000), ("1.5 MB", 1_500_000), ("1.25kB", 1250),
            ("7 B", 7), ("3KB", 3000), ("2.001TB", 2_001_000_000_000), ("12 ", 12),
            ("999999999999999B", 999_999_999_999_999),
        ]
        for (text, bytes) in sizes { #expect(ByteCount(parsing: text) == ByteCount(bytes), "\(text)") }
        let others = [
            "", " ", "GB", ".5GB", "1.GB", "1.2345GB", "1.2.3GB", "5gb", "5  GB", " 5GB", "-5GB", "+5GB", "5GB ",
            "5 GB/s", "1e3",
            "0x5", "1234567890123456", "99999999TB", "٥GB", "²", "½GB", "5\u{301}GB", "5\0", "5,5GB", "5\n",
        ]
        for text in others { #expect(ByteCount(parsing: text) == nil, "\(text.debugDescription)") }
    }
}
