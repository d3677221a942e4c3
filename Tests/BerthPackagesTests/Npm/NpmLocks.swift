import BerthDocument
import BerthLockfiles
import BerthSystem
import SystemPackage

enum NpmLocks {
    static func read(_ path: FilePath) throws -> PackageLock {
        try PackageLock(Files.read(path), file: "package-lock.json")
    }

    static func parse(_ text: String) throws -> PackageLock {
        try PackageLock(Array(text.utf8), file: "package-lock.json")
    }
}
