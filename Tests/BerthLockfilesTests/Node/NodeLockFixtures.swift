/// Lockfiles as the tools write them, of small invented projects.
enum NodeLockFixtures {
    static let npm1 = """
        {
          "name": "project",
          "version": "1.0.0",
          "lockfileVersion": 1,
          "requires": true,
          "dependencies": {
            "@s/a": {
              "version": "1.2.3",
              "resolved": "https://registry.example.org/@s/a/-/a-1.2.3.tgz",
              "integrity": "sha512-\(hash("a"))",
              "dev": true,
              "requires": {
                "b": "^2.0.0"
              },
              "dependencies": {
                "b": {
                  "version": "2.0.0",
                  "resolved": "https://registry.example.org/b/-/b-2.0.0.tgz",
                  "integrity": "sha512-\(hash("b"))",
                  "bundled": true,
                  "optional": true
                }
              }
            },
            "mine": {
              "version": "npm:@s/other@3.0.0",
              "resolved": "https://registry.example.org/@s/other/-/other-3.0.0.tgz",
              "integrity": "sha512-\(hash("c"))"
            },
            "repository": {
              "version": "git+ssh://git@host.example.org/o/r.git#0123456789012345678901234567890123456789",
              "from": "git+ssh://git@host.example.org/o/r.git"
            },
            "local": {
              "version": "file:packages/local"
            }
          }
        }

        """

    static let npm3 = """
        {
          "name": "project",
          "version": "1.0.0",
          "lockfileVersion": 3,
          "requires": true,
          "packages": {
            "": {
              "name": "project",
              "version": "1.0.0",
              "license": "MIT",
              "workspaces": [
                "packages/*"
              ],
              "dependencies": {
                "@s/a": "^1.0.0"
              },
              "devDependencies": {
                "mine": "npm:other@^3.0.0"
              }
            },
            "node_modules/@s/a": {
              "version": "1.2.3",
              "resolved": "https://registry.example.org/@s/a/-/a-1.2.3.tgz",
              "integrity": "sha512-\(hash("a"))",
              "deprecated": "use c",
              "license": "MIT",
              "hasInstallScript": true,
              "dependencies": {
                "b": "^2.0.0"
              },
              "bin": {
                "a": "bin/a.js"
              },
              "engines": {
                "node": ">=18"
              },
              "funding": {
                "url": "https://money.example.org"
              },
              "peerDependencies": {
                "w": "*"
              },
              "peerDependenciesMeta": {
                "w": {
                  "optional": true
                }
              }
            },
            "node_modules/@s/a/node_modules/b": {
              "version": "2.0.0",
              "inBundle": true,
              "license": "MIT",
              "optional": true,
              "os": [
                "linux",
                "darwin"
              ],
              "cpu": [
                "x64"
              ],
              "libc": [
                "glibc"
              ]
            },
            "node_modules/mine": {
              "name": "other",
              "version": "3.0.0",
              "resolved": "https://user:secret@registry.example.org/other/-/other-3.0.0.tgz?token=secret",
              "integrity": "sha512-\(hash("c"))",
              "dev": true,
              "peer": true
            },
            "node_modules/repository": {
              "version": "0.1.0",
              "resolved": "git+ssh://git@host.example.org/o/r.git#0123456789012345678901234567890123456789",
              "devOptional": true
            },
            "node_modules/tarball": {
              "version": "1.0.0",
              "resolved": "file:vendor/tarball-1.0.0.tgz",
              "integrity": "sha512-\(hash("d"))"
            },
            "node_modules/w": {
              "resolved": "packages/w",
              "link": true
            },
            "packages/w": {
              "version": "0.5.0",
              "license": "MIT",
              "bin": {
                "w": "w.js"
              },
              "dependencies": {
                "@s/a": "^1.1.0"
              },
              "engines": {
                "node": ">=20"
              }
            }
          }
        }

        """

    static let pnpm6 = """
        lockfileVersion: '6.0'

        settings:
          autoInstallPeers: true
          excludeLinksFromLockfile: false

        dependencies:
          '@s/a':
            specifier: ^1.0.0
            version: 1.2.3(c@3.0.0)
          local:
            specifier: link:../local
            version: link:../local

        devDependencies:
          repository:
            specifier: o/r
            version: host.example.org/o/r/0123456789012345678901234567890123456789

        packages:

          /@s/a@1.2.3(c@3.0.0):
            resolution: {integrity: sha512-\(hash("a"))}
            engines: {node: '>=18'}
            deprecated: use c
            peerDependencies:
              c: '*'
            dependencies:
              b: 2.0.0
              c: 3.0.0
            dev: false

          /b@2.0.0:
            resolution: {integrity: sha512-\(hash("b"))}
            cpu: [x64, arm64]
            os: [linux]
            requiresBuild: true
            dev: false
            optional: true

          /c@3.0.0:
            resolution: {integrity: sha512-\(hash("c"))}
            hasBin: true
            dev: false

          host.example.org/o/r/0123456789012345678901234567890123456789:
            resolution: {tarball: https://host.example.org/o/r/tar.gz/0123456789012345678901234567890123456789}
            name: repository
            version: 0.1.0
            dev: true

        """

    private static func hash(_ letter: Character) -> String { String(repeating: letter, count: 85) + "A==" }
}
