internal import BerthArchive
internal import BerthSystem
internal import SystemPackage

/// A file of no use that can be given up: its space lets a collection work on a full disk.
struct Reserve {
    let store: Store

    private var path: FilePath { store.root.appending("reserve") }

    /// Runs work; when the disk is full, gives the reserve up and runs it once more.
    func retryingWithSpace(_ work: () throws -> Void) throws {
        do { try work() } catch let error as BerthError where error.status == .noSpace {
            guard try Files.remove(path) else { throw error }
            try work()
        }
    }

    /// Writes the reserve where there is none; a disk with no room for it goes without.
    func fill(_ size: ByteCount) throws {
        let present = try Files.facts(path)?.size ?? 0
        guard present < size.value else { return }
        let aside = store.root.appending(".reserve.\(UniqueName.make()).0")
        do {
            let descriptor = try Files.open(
                aside, .writeOnly, options: [.create, .exclusiveCreate], permissions: .ownerReadWrite)
            defer { try? descriptor.close() }
            // Random bytes: a file system that compresses would give a file of zeros no space.
            var generator = SystemRandomNumberGenerator()
            let block = (0..<(1 << 17)).flatMap { _ in withUnsafeBytes(of: generator.next()) { Array($0) } }
            var left = Int(size.value)
            while left > 0 {
                try Files.writeAll(Array(block.prefix(left)), to: descriptor, aside)
                left -= block.count
            }
            try Files.rename(aside, to: path)
        } catch {
            _ = try? Files.remove(aside)
            throw error
        }
    }
}

extension Store {
    /// Does work that makes room; when the disk is full, gives the reserve up and does it once more from its start.
    package func withReserve(_ work: () throws -> Void) throws { try Reserve(store: self).retryingWithSpace(work) }
}
