internal import BerthSystem
internal import CCrypto

/// Hashes that foreign formats still ask for; never used to trust anything.
package enum LegacyHash {
    /// MD5 in lower-case hex, as dpkg's status file records configuration files.
    package static func md5(_ bytes: [UInt8]) -> String {
        var output = [UInt8](repeating: 0, count: 16)
        let result = unsafe EVP_Digest(bytes, bytes.count, &output, nil, EVP_md5(), nil)
        precondition(result == 1, "libcrypto has no MD5")
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: output.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
