import Testing

@testable import BerthLockfiles

/// What each format says, field by field.
@Suite struct NodeLockContentTests {
    private static let commit = "0123456789012345678901234567890123456789"

    @Test func `package-lock version 1 is a tree of folders`() throws {
        let found = try NodeLock.read(NodeLockFixtures.npm1, .packageLock)
        #expect(found.names == ["@s/a 1.2.3", "@s/other 3.0.0", "b 2.0.0", "repository "])
        #expect(found.package("@s/other")?.source == "https://registry.example.org/@s/other/-/other-3.0.0.tgz")
        #expect(found.package("repository")?.source == "git+ssh://host.example.org/o/r.git#\(Self.commit)")
        #expect(
            found.shape(of: "node_modules/@s/a/node_modules/b") == [
                "inBundle", "is = b 2.0.0 https://registry.example.org/b/-/b-2.0.0.tgz", "optional",
            ])
        #expect(found.shape(of: "node_modules/@s/a").contains("depends on b = ^2.0.0"))
        #expect(found.shape(of: "node_modules/local") == ["is = local  file:packages/local"])
    }

    @Test func `package-lock version 3 has places, links and the project's own folders`() throws {
        let found = try NodeLock.read(NodeLockFixtures.npm3, .packageLock)
        #expect(found.names == ["@s/a 1.2.3", "b 2.0.0", "other 3.0.0", "repository 0.1.0"])
        #expect(found.package("other")?.source == "https://registry.example.org/other/-/other-3.0.0.tgz")
        #expect(found.package("b")?.source == "bundled" && found.package("b")?.integrity.isEmpty == true)
        #expect(found.shape(of: ".") == ["depends for development on = mine", "depends on = @s/a"])
        #expect(found.shape(of: "node_modules/w") == ["links to = packages/w"])
        #expect(found.shape(of: "packages/w") == ["command w = w.js", "depends on = @s/a"])
        #expect(
            found.shape(of: "node_modules/@s/a") == [
                "command a = bin/a.js", "depends on b = ^2.0.0", "engine node = >=18", "hasInstallScript",
                "is = @s/a 1.2.3 https://registry.example.org/@s/a/-/a-1.2.3.tgz", "peer may be missing = w",
                "peer w = *",
            ])
        #expect(!"\(found)".contains("secret"))
    }

    @Test func `pnpm 6 has one project at the top, and slashes before names`() throws {
        let found = try NodeLock.read(NodeLockFixtures.pnpm6, .pnpm)
        #expect(found.names == ["@s/a 1.2.3", "b 2.0.0", "c 3.0.0", "repository 0.1.0"])
        #expect(found.package("repository")?.source == "https://host.example.org/o/r/tar.gz/\(Self.commit)")
        #expect(
            found.shape(of: "importer .") == [
                "dependencies @s/a = 1.2.3(c@3.0.0)", "dependencies local = link:../local",
                "devDependencies repository = host.example.org/o/r/\(Self.commit)",
            ])
        #expect(
            found.shape(of: "/b@2.0.0") == [
                "cpu = arm64", "cpu = x64", "dev = false", "optional = true",
                "os = linux", "requiresBuild = true",
            ])
    }

    @Test func `pnpm 9 has an environment, importers, packages and snapshots`() throws {
        let found = try NodeLock.read(NodeLockFixtures.pnpm9, .pnpm)
        #expect(
            found.names == [
                "@s/a 1.2.3", "b 2.0.0", "c 3.0.0", "pnpm 11.1.0", "repository 0.1.0", "rules 1.0.0", "sub 0.2.0",
            ])
        #expect(found.package("c")?.source == "https://host.example.org/c.tgz")
        #expect(found.package("sub")?.source == "host.example.org:o/s.git#9876")
        #expect(
            found.shape(of: "environment: importer .") == [
                "configDependencies rules = 1.0.0",
                "packageManagerDependencies pnpm = 11.1.0",
            ])
        #expect(found.shape(of: "importer .").contains("dependencies w = link:packages/w"))
        #expect(found.shape(of: "importer .").contains("dependenciesMeta w injected = true"))
        #expect(
            found.shape(of: "settings") == [
                "overrides c = 3.0.0", "packageExtensionsChecksum = sha256-extensions", "patch b@2.0.0 = 0a1b",
                "pnpmfileChecksum = sha256-file", "settings autoInstallPeers = true",
                "settings excludeLinksFromLockfile = false",
            ])
        #expect(
            found.shape(of: "@s/a@1.2.3(c@3.0.0)") == [
                "dependencies b = 2.0.0(patch_hash=0a1b)", "optionalDependencies c = 3.0.0",
                "transitivePeerDependencies = d",
            ])
        #expect(
            found.shape(of: "sub@git+https://host.example.org/o/s.git#9876").contains("resolution path = /packages/sub")
        )
        #expect(found.shape(of: "tarball@file:packages/w/t.tgz").contains("resolution integrity = sha512-t"))
        #expect(!"\(found)".contains("secret") && !"\(found)".contains("use c"))
    }

    @Test func `yarn 1 tells what each range became`() throws {
        let found = try NodeLock.read(NodeLockFixtures.yarn1, .yarn)
        #expect(found.names == ["@s/a 1.2.3", "b 2.0.0", "c 3.0.0", "d 5.1.0", "repository 0.1.0"])
        #expect(found.package("c")?.source == "https://registry.example.org/c/-/c-3.0.0.tgz")
        #expect(
            found.package("c")?.integrity == ["sha1:abcdefabcdefabcdefabcdefabcdefabcdefabcd", "sha512-cccc=="])
        #expect(found.package("repository")?.source == "git+ssh://host.example.org/o/r.git#\(Self.commit)")
        #expect(found.package("d")?.integrity.count == 3)
        #expect(
            found.shape(of: "@s/a@^1.0.0, @s/a@^1.2.0").filter { !$0.hasPrefix("is") } == [
                "dependencies @s/c = npm:c@^3.0.0", "dependencies b = ^2.0.0", "optionalDependencies d = ~4.0.0 || >5",
            ])
        #expect(found.shape(of: "local@file:./packages/local") == ["is = local 1.0.0 "])
        #expect(!"\(found)".contains("secret"))
    }

    @Test func `Berry has workspaces and patches beside packages`() throws {
        let found = try NodeLock.read(NodeLockFixtures.berry, .yarn)
        #expect(found.names == ["@s/a 1.2.3", "b 2.0.0", "repository 0.1.0"])
        #expect(found.package("b")?.source == "https://files.example.org/b-2.0.0.tgz")
        #expect(found.package("b")?.integrity == ["10c0/bbbb"], "older files leave the cache key out")
        #expect(found.package("repository")?.source == "https://host.example.org/o/r.git#commit=\(Self.commit)")
        #expect(found.shape(of: "settings") == ["cacheKey = 10c0", "version = 8"])
        #expect(found.shape(of: "w@workspace:packages/w").contains("link = soft"))
        #expect(found.shape(of: "w@workspace:*") == ["is = w@workspace:packages/w"])
        let patch = "b@patch:b@npm:2.0.0#~/.yarn/patches/b.patch::version=2.0.0&hash=0a1b2c"
        #expect(found.shape(of: patch).contains("version = 2.0.0 10c0/pppp"))
        #expect(!"\(found)".contains("secret"))
    }
}
