extension NodeLockFixtures {
    /// Two documents, as pnpm 11 writes them for a project that names its pnpm.
    static let pnpm9 = """
        ---
        lockfileVersion: '9.0'

        importers:

          .:
            configDependencies:
              rules:
                specifier: 1.0.0
                version: 1.0.0
            packageManagerDependencies:
              pnpm:
                specifier: 11.1.0
                version: 11.1.0

        packages:

          pnpm@11.1.0:
            resolution: {integrity: sha512-pnpm}
            hasBin: true

          rules@1.0.0:
            resolution: {integrity: sha512-rules}

        snapshots:

          pnpm@11.1.0: {}

          rules@1.0.0: {}

        ---
        lockfileVersion: '9.0'

        settings:
          autoInstallPeers: true
          excludeLinksFromLockfile: false

        catalogs:
          default:
            b:
              specifier: ^2.0.0
              version: 2.0.0

        overrides:
          c: 3.0.0

        packageExtensionsChecksum: sha256-extensions

        pnpmfileChecksum: sha256-file

        patchedDependencies:
          b@2.0.0:
            hash: 0a1b
            path: patches/b.patch

        importers:

          .:
            dependencies:
              '@s/a':
                specifier: ^1.0.0
                version: 1.2.3(c@3.0.0)
              mine:
                specifier: npm:c@^3
                version: c@3.0.0
              w:
                specifier: workspace:*
                version: link:packages/w
            dependenciesMeta:
              w:
                injected: true

          packages/w:
            devDependencies:
              b:
                specifier: 'catalog:'
                version: 2.0.0(patch_hash=0a1b)
              repository:
                specifier: github:o/r
                version: https://host.example.org/o/r/tar.gz/0123456789
              tarball:
                specifier: file:t.tgz
                version: file:packages/w/t.tgz

        packages:

          '@s/a@1.2.3':
            resolution: {integrity: sha512-a}
            engines: {node: '>=18'}
            deprecated: use c
            peerDependencies:
              c: '*'
            peerDependenciesMeta:
              c:
                optional: true

          b@2.0.0:
            resolution: {integrity: sha512-b}
            cpu: [x64, arm64]
            os: [linux]
            libc: [glibc]

          c@3.0.0:
            resolution: {integrity: sha512-c, tarball: https://user:secret@host.example.org/c.tgz?token=secret}
            hasBin: true

          repository@https://host.example.org/o/r/tar.gz/0123456789:
            resolution: {gitHosted: true, tarball: https://host.example.org/o/r/tar.gz/0123456789}
            version: 0.1.0

          sub@git+https://host.example.org/o/s.git#9876:
            resolution: {commit: '9876', repo: git@host.example.org:o/s.git, type: git, path: /packages/sub}
            version: 0.2.0

          tarball@file:packages/w/t.tgz:
            resolution: {integrity: sha512-t, tarball: file:packages/w/t.tgz}
            version: 1.0.0

        snapshots:

          '@s/a@1.2.3(c@3.0.0)':
            dependencies:
              b: 2.0.0(patch_hash=0a1b)
            optionalDependencies:
              c: 3.0.0
            transitivePeerDependencies:
              - d

          b@2.0.0(patch_hash=0a1b):
            optional: true

          c@3.0.0: {}

          repository@https://host.example.org/o/r/tar.gz/0123456789:
            dependencies:
              sub: git+https://host.example.org/o/s.git#9876

          sub@git+https://host.example.org/o/s.git#9876: {}

          tarball@file:packages/w/t.tgz: {}

        """
}
