import BerthArchive
import BerthStore
import BerthSystem
import BerthTestSupport
import Foundation
import SystemPackage
import Testing

@testable import BerthCache

/// What is saved comes back: content, modes, times to the nanosecond, links; told by find(1) and cmp(1).
struct RoundTripTests {
    @Test(arguments: Way.allCases) func `a tree comes back as it was, times and links included`(_ way: Way) async throws
    {
        let yard = try await CacheYard(way)
        try yard.folder.write([
            "tree/empty": .folder, "tree/bin/tool": .program("#!/bin/sh\necho tool\n"), "tree/bin/alias": .link("tool"),
            "tree/dangling": .link("/nowhere/at/all"), "tree/nothing": "", "tree/a/text": "text\n",
            "tree/b/same": "text\n",
            "tree/big": .file((0..<5_000_000).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 7) }, mode: 0o400),
        ])
        try await yard.shell(
            "cd tree && ln a/text second && touch -d '2001-02-03 04:05:06.123456789' a/text bin && chmod 750 bin")
        try await yard.shell("cd tree && truncate -s 30M hole && printf end >>hole && chmod 1777 empty")
        let before = try await yard.list("tree")
        let saved = try await yard.save("tree")
        #expect(saved.files == 9 && saved.packs.count >= 2)
        try await yard.restore(saved, to: "again")
        #expect(try await yard.list("again") == before)
        try await yard.shell("diff -r --no-dereference tree again")
        let blocks = try await yard.shell("stat -c %b again/hole").split(separator: "\n").first.flatMap { Int($0) }
        #expect(try #require(blocks) < 64, "the hole takes place on the disk")
        #expect(try await yard.shell("stat -c %i again/second") == yard.shell("stat -c %i again/a/text"))
    }

    @Test(arguments: Way.allCases)
    func `what was there before is replaced as a whole, and is there still when a restore fails`(_ way: Way)
        async throws
    {
        let yard = try await CacheYard(way)
        try yard.folder.write(["tree/new": "new\n", "place/old": "old\n"])
        let saved = try await yard.save("tree")
        let pack = yard.store.path(of: try #require(saved.packs.first).digest)
        let bytes = try Files.read(pack)
        let other = [UInt8](repeating: 7, count: 8)
        // A service reads the pack's end before it answers; a stream that was cut does not say why.
        let atEnd = BerthSystem.ExitStatus.damaged
        let inside = way == .local ? atEnd : .temporary
        for (damage, status) in [(bytes.dropLast(8) + other, atEnd), (other + bytes.dropFirst(8), inside)] {
            try Files.writeAtomically(damage, to: pack)
            let error = await #expect(throws: BerthError.self) { try await yard.restore(saved, to: "place") }
            #expect(error?.status == status)
            #expect(try Tree(reading: yard.path("place")) == ["old": "old\n"])
            #expect(try Files.list(yard.folder.path).sorted() == ["place", "store", "tree"])
        }
        try Files.writeAtomically(bytes, to: pack)
        try await yard.restore(saved, to: "place")
        #expect(try Tree(reading: yard.path("place")) == ["new": "new\n"])
        #expect(try Files.list(yard.folder.path).sorted() == ["place", "store", "tree"])
    }

    /// Thirty folders down, one step at a time: no path of that length can be given to the kernel.
    private static func descend(making: Bool) -> String {
        let step = (making ? "os.mkdir(n), " : "") + "os.chdir(n)"
        return "import os; os.chdir(\"\(making ? "tree" : "again")\"); n = \"0\" * 200; [(\(step)) for i in range(30)];"
    }

    @Test(arguments: Way.allCases) func `names of any bytes, and paths longer than the kernel takes at once`(_ way: Way)
        async throws
    {
        let yard = try await CacheYard(way)
        try await yard.shell(
            "mkdir tree && cd tree && printf x >\"$(printf 'a\\377\\001b')\" && printf y >' new\nline'")
        try await yard.shell("python3 -c '\(Self.descend(making: true)) open(\"deep\", \"w\").write(\"z\")'")
        let saved = try await yard.save("tree")
        try await yard.restore(saved, to: "again")
        #expect(try await yard.shell("cd again && find . | wc -l") == yard.shell("cd tree && find . | wc -l"))
        try await yard.shell("cmp \"tree/$(printf 'a\\377\\001b')\" \"again/$(printf 'a\\377\\001b')\"")
        try await yard.shell("python3 -c '\(Self.descend(making: false)) assert open(\"deep\").read() == \"z\"'")
        try await yard.shell("rm -rf tree again")
    }

    @Test(arguments: Way.allCases) func `a pack is what zstd reads, content after content`(_ way: Way) async throws {
        let yard = try await CacheYard(way)
        try yard.folder.write(["tree/a": "first\n", "tree/b": "second\n", "tree/c": "first\n"])
        let saved = try await yard.save("tree")
        let pack = yard.store.path(of: try #require(saved.packs.first).digest)
        #expect(saved.packs.count == 1)
        #expect(try await yard.shell("zstd -dc <'\(pack)'") == "first\nsecond\n")
    }

    @Test(.linuxOnly("devices, made by root"), arguments: Way.allCases)
    func `sockets, pipes and devices are refused with their place`(_ way: Way) async throws {
        let yard = try await CacheYard(way)
        let bind = "import socket; socket.socket(socket.AF_UNIX).bind(\"tree/odd\")"
        for make in ["mkfifo tree/odd", "python3 -c '\(bind)'", "mknod tree/odd c 1 3", "mknod tree/odd b 7 200"] {
            try await yard.shell("rm -rf tree && mkdir tree && \(make)")
            let error = await #expect(throws: BerthError.self) { try await yard.save("tree") }
            #expect(error?.status == .usage && error?.place?.hasSuffix("tree/odd") == true, "\(make)")
        }
        #expect(try yard.store.entries.list().isEmpty)
    }

    @Test(.linuxOnly("capabilities"), arguments: Way.allCases)
    func `what a program loses without its capabilities is said`(_ way: Way) async throws {
        let yard = try await CacheYard(way)
        try yard.write(["tree/bin/plain": .program("#!/bin/sh\n"), "tree/bin/server": .program("#!/bin/sh\n")])
        try await yard.save("tree", as: "1")
        #expect(yard.transport.notes.isEmpty)
        try await yard.shell("PATH=$PATH:/usr/sbin:/sbin; setcap cap_net_bind_service+ep tree/bin/server")
        try await yard.save("tree", as: "2")
        let note = try #require(yard.transport.notes.first)
        #expect(note == "extended attributes are not kept: security.capability of \(yard.root)/tree/bin/server")
    }
}
