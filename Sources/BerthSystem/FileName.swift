internal import Foundation
package import SystemPackage

/// One name in a folder, as bytes: UTF-8 or not, never empty, `.` or `..`, and without slashes and zeros.
///
/// A component of a `FilePath` is a path with a range in it, copied for each call; trees have too many names for that.
package struct FileName: Sendable, Hashable {
    /// With the zero that ends a name for the system.
    private let terminated: [UInt8]

    /// Nil where the bytes are no name.
    package init?(bytes: ArraySlice<UInt8>) {
        let isDots = bytes.count <= 2 && bytes.allSatisfy { $0 == 0x2E }
        guard !isDots, !bytes.contains(where: { $0 == 0 || $0 == 0x2F }) else { return nil }
        var terminated: [UInt8] = []
        terminated.reserveCapacity(bytes.count + 1)
        terminated += bytes
        terminated.append(0)
        self.terminated = terminated
    }

    /// Nil where the text is no name.
    package init?(_ text: some StringProtocol) { self.init(bytes: Array(text.utf8)[...]) }

    /// Nil where a path's component is none of a folder's names: a root, `.` or `..`.
    package init?(_ component: FilePath.Component?) {
        guard let component, component.kind == .regular else { return nil }
        let bytes = unsafe component.withPlatformString { text in
            unsafe UnsafeBufferPointer(start: text, count: strlen(text)).map { UInt8(bitPattern: $0) }
        }
        self.init(bytes: bytes[...])
    }

    /// Without the zero.
    package var bytes: ArraySlice<UInt8> { terminated.dropLast() }

    /// What is not UTF-8 is shown as U+FFFD.
    package var string: String { String(decoding: bytes, as: UTF8.self) }

    /// Gives the bytes to a call of the system, with the zero that ends them.
    func withText<Result>(_ body: (UnsafePointer<CChar>) throws -> Result) rethrows -> Result {
        try unsafe Self.give(terminated, to: body)
    }

    /// An array passes as a pointer where it is an argument, and so without an optional one.
    private static func give<Result>(
        _ bytes: UnsafeRawPointer, to body: (UnsafePointer<CChar>) throws -> Result
    ) rethrows -> Result { try unsafe body(bytes.assumingMemoryBound(to: CChar.self)) }
}

extension FileName: Comparable {
    package static func < (left: FileName, right: FileName) -> Bool {
        left.terminated.lexicographicallyPrecedes(right.terminated)
    }
}

extension FileName: ExpressibleByStringLiteral {
    package init(stringLiteral value: String) {
        guard let name = FileName(value) else { preconditionFailure("\(value) is no name") }
        self = name
    }
}

extension FilePath {
    /// The path of a name in the folder that this one leads to.
    package func appending(_ name: FileName) -> FilePath { appending([name]) }

    /// The path that leads down these names.
    func appending(_ names: some Sequence<FileName>) -> FilePath {
        var path = self
        for name in names { name.component.map { path.append($0) } }
        return path
    }
}

extension FileName {
    fileprivate var component: FilePath.Component? {
        unsafe FilePath.Component(platformString: terminated.map { CInterop.PlatformChar(bitPattern: $0) })
    }
}
