internal import BerthArchive
internal import BerthStore
internal import BerthSystem
internal import Foundation
package import SystemPackage

/// The lock on disk: JSON with one package a line, so that a review shows what changed.
package enum LockFile {
    /// Reads a lock; an edited or broken one is an error that says how to make it anew.
    package static func read(_ path: FilePath) throws -> Lock? {
        guard Files.exists(path) else { return nil }
        return try parse(Files.read(path), place: path.string)
    }

    /// Reads a lock's bytes.
    package static func parse(_ bytes: [UInt8], place: String) throws -> Lock {
        let remedy = "run berth image lock to write it anew"
        do {
            let lock = try JSONDecoder().decode(Lock.self, from: Data(bytes))
            guard lock.format == Lock.format else {
                throw BerthError(
                    .usage, "the lock has format \(lock.format), this program reads \(Lock.format)", place: place,
                    remedy: remedy)
            }
            try LockCheck.check(lock, place: place)
            return lock
        } catch let error as DecodingError {
            throw BerthError(.usage, "the lock can't be read: \(explain(error))", place: place, remedy: remedy)
        } catch let error where !(error is BerthError) {
            throw BerthError(.usage, "the lock can't be read: \(error)", place: place, remedy: remedy)
        }
    }

    /// The bytes of a lock: the same lock gives the same bytes.
    package static func render(_ lock: Lock) throws -> [UInt8] {
        var lines = [
            "{", #""format": \#(lock.format),"#, #""recipe": \#(try line(lock.recipe)),"#,
            #""epoch": \#(lock.epoch),"#, #""suites": ["#,
        ]
        lines += try rows(lock.suites)
        lines += ["],", #""platforms": ["#]
        for (index, part) in lock.platforms.enumerated() {
            let python = part.python.map { #""python": "\#($0)", "# } ?? ""
            lines.append(#"{"platform": \#(try line(part.platform)), \#(python)"debian": ["#)
            lines += try rows(part.debian)
            lines.append(#"], "wheels": ["#)
            lines += try rows(part.wheels)
            if let tools = part.tools { lines += try rows(of: tools) }
            lines.append(index == lock.platforms.count - 1 ? "]}" : "]},")
        }
        return Array((lines + ["]", "}", ""]).joined(separator: "\n").utf8)
    }

    /// Tools with one file a line.
    private static func rows(of tools: [LockedTool]) throws -> [String] {
        try [#"], "tools": ["#]
            + tools.enumerated().flatMap { index, tool in
                [
                    #"{"name": \#(try line(tool.name)), "choice": \#(tool.choice), "version": \#(try line(tool.version)),"#
                ]
                    + [#""files": ["#] + (try rows(tool.files)) + [index == tools.count - 1 ? "]}" : "]},"]
            }
    }

    private static func rows(_ values: [some Encodable]) throws -> [String] {
        try values.enumerated().map { try line($1) + ($0 == values.count - 1 ? "" : ",") }
    }

    private static func line(_ value: some Encodable) throws -> String {
        String(decoding: try CanonicalJSON.encode(value), as: UTF8.self)
    }
}

/// Checks what types can't: a lock edited by hand must not reach a build.
enum LockCheck {
    static func check(_ lock: Lock, place: String) throws {
        for part in lock.platforms {
            try unique(part.debian.map(\.name), "package", part.platform, place)
            try unique(part.wheels.map(\.name), "wheel", part.platform, place)
            try unique((part.tools ?? []).map(\.name), "tool", part.platform, place)
            try ToolCheck.check(part.tools ?? [], place: place)
            try checkWords(part, place)
            for package in part.debian where !isPoolPath(package.path) {
                throw broken("the path of \(package.name) is not a path below the archive", place)
            }
            for wheel in part.wheels where wheel.fileName.contains("/") || !wheel.fileName.hasSuffix(".whl") {
                throw broken("\(wheel.fileName.escaped) is not a wheel's file name", place)
            }
        }
        guard lock.epoch >= 0, lock.epoch < 1 << 33, !lock.platforms.isEmpty else {
            throw broken("it names no platform, or an impossible date", place)
        }
    }

    /// Names, versions and layers go into paths, keys and reports: only what an archive or Berth itself could have written.
    private static func checkWords(_ part: LockedPlatform, _ place: String) throws {
        for package in part.debian {
            guard isWord(package.name, also: "+.-"), isWord(package.version, also: "+.-:~"), package.size.value > 0
            else {
                throw broken("the package \(package.name.escaped) has an impossible name, version or size", place)
            }
            guard isWord(package.layer, also: "+.-"), ![Tool.layer, "python", "configuration"].contains(package.layer)
            else {
                throw broken("\(package.name) is in the layer \(package.layer.escaped), which can't hold it", place)
            }
        }
        for wheel in part.wheels where !isWord(wheel.name, also: "-_.") || !isWord(wheel.version, also: "+.!-_") {
            throw broken("the wheel \(wheel.name.escaped) has an impossible name or version", place)
        }
        guard Set(part.debian.map(\.layer)).count <= 10, part.python.map({ isVersion($0) }) ?? true else {
            throw broken("it has more than ten layers, or no version of Python that could be", place)
        }
    }

    static func isWord(_ text: String, also marks: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 255
            && text.utf8.allSatisfy {
                (0x30...0x39).contains($0) || (0x41...0x5A).contains($0 & 0xDF) || marks.utf8.contains($0)
            }
    }

    /// `3.13.5`; a pre-release has letters after its digits.
    private static func isVersion(_ text: String) -> Bool {
        isWord(text, also: ".~") && text.first?.isNumber == true && text.contains(".")
    }

    private static func unique(_ names: [String], _ kind: String, _ platform: Platform, _ place: String) throws {
        var seen: Set<String> = []
        for name in names where !seen.insert(name).inserted {
            throw broken("it holds the \(kind) \(name.escaped) twice for \(platform)", place)
        }
    }

    private static func isPoolPath(_ path: String) -> Bool {
        guard let parsed = try? ArchivePath(parsing: path) else { return false }
        return "\(parsed)" == path && path.hasSuffix(".deb")
    }

    static func broken(_ why: String, _ place: String) -> BerthError {
        BerthError(
            .usage, "the lock is not sound: \(why)", place: place, remedy: "run berth image lock to write it anew")
    }
}

/// What a decoding error says, with the place in the document.
private func explain(_ error: DecodingError) -> String {
    func path(_ context: DecodingError.Context) -> String {
        context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? ".\($0.stringValue)" }.joined()
    }
    return switch error {
    case .keyNotFound(let key, let context): "\(path(context)).\(key.stringValue) is missing"
    case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
        "\(path(context)): \(context.debugDescription)"
    @unknown default: "\(error)"
    }
}
