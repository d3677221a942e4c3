import BerthSystem
import BerthTestSupport
import Foundation
import SystemPackage
import Testing

/// A tree that a real package manager installs, in a project whose own tests run against it.
enum InstalledTree: String, CaseIterable, Sendable {
    /// A virtual environment by pip, from the machine's index.
    case pip
    /// The same by uv.
    case uv
    /// A `node_modules` by npm, from a registry of the packages that npm itself is made of.
    case npm
    /// The same packages as pnpm lays them out: each in a folder of its own, and links for all edges.
    case forest

    var isPython: Bool { [.pip, .uv].contains(self) }

    /// Where it lies in the project.
    var path: String { isPython ? "venv" : "node_modules" }

    /// The project's tests.
    var sources: Tree {
        isPython
            ? [
                "test_it.py": .text(
                    """
                    import jinja2, markupsafe
                    def test_template(): assert jinja2.Template("{{ a }}").render(a=markupsafe.escape("<")) == "&lt;"
                    def test_compiled(): assert markupsafe._native or markupsafe._speedups

                    """)
            ]
            : [
                "it.test.js": .text(
                    """
                    const test = require("node:test"), assert = require("node:assert");
                    test("edges", () => assert(require("minimatch").minimatch("a/b.js", "a/{b,c}.js")));
                    test("more", () => assert.match(require("ssri").fromData("a").toString(), /^sha512-/));

                    """)
            ]
    }

    /// A line of shell that runs the tests, and the programs of the tree by their links.
    var check: String {
        isPython
            ? "venv/bin/python -m pytest -q -p no:cacheprovider && venv/bin/pytest --version"
            : "node --test && node_modules/.bin/semver 1.2.3 && node_modules/.bin/node-which sh"
    }

    /// A line of shell that installs it anew; `$REGISTRY` is npm's, `$NPM_PACKAGES` the folder of npm's own packages.
    var install: String {
        switch self {
        case .pip:
            "python3 -m venv venv && venv/bin/python -m pip install --quiet --disable-pip-version-check pytest jinja2"
        case .uv:
            """
            PATH=$PATH:$HOME/.local/bin; uv --quiet venv --python python3 venv &&
            uv --quiet pip install --python venv/bin/python --compile-bytecode --link-mode copy pytest jinja2
            """
        case .npm:
            """
            npm install --registry "$REGISTRY" --cache "$HERE/npm" --no-audit --no-fund --loglevel=error \
                \(NpmParts.wanted.joined(separator: " "))
            """
        case .forest: NpmParts.forest
        }
    }

    /// Installs it in a folder that has the project; its own failure is the test's.
    func install(in project: FilePath, _ calls: Calls) async throws {
        func run(_ registry: String) async throws {
            let line = "export REGISTRY=\(registry) NPM_PACKAGES='\(try NpmParts.folder)'; cd '\(project)'; \(install)"
            let outcome = try await calls.other("bash", ["-euc", line])
            try #require(outcome.code == 0, "\(outcome)")
        }
        guard self == .npm else { return try await run("none") }
        let registry = try NpmRegistryDouble(try await NpmParts.packages(in: project.appending("packing"), calls))
        try await registry.serving { try await run($0.address) }
    }
}

/// What npm is made of, as packages of a registry.
enum NpmParts {
    static let wanted = ["semver", "minimatch", "nopt", "which", "ssri"]

    /// npm's own `node_modules`.
    static var folder: FilePath {
        get throws {
            let npm = try Programs.require("npm", remedy: "scripts/setup test")
            let file = FilePath(URL(fileURLWithPath: npm.string).resolvingSymlinksInPath().path)
            return file.removingLastComponent().removingLastComponent().appending("node_modules")
        }
    }

    private struct About: Decodable {
        let name: String
        let version: String
        let dependencies: [String: String]?
        let bin: [String: String]?
    }

    private struct Part {
        let folder: FilePath
        let about: About
    }

    /// Those that are wanted with all that they need, each found where Node would find it.
    private static func closure() throws -> [Part] {
        var (found, open) = ([String: Part](), try wanted.map { try folder.appending($0) })
        while let place = open.popLast() {
            let bytes = try Files.read(place.appending("package.json"))
            let about = try JSONDecoder().decode(About.self, from: Data(bytes))
            if found.updateValue(Part(folder: place, about: about), forKey: "\(about.name)@\(about.version)") != nil {
                continue
            }
            open += try (about.dependencies ?? [:]).keys.map { name in
                let own = place.pushing(FilePath("node_modules/\(name)"))
                return Files.exists(own) ? own : try folder.pushing(FilePath(name))
            }
        }
        return found.sorted { $0.key < $1.key }.map(\.value)
    }

    /// Packed by tar, as npm packs.
    static func packages(in aside: FilePath, _ calls: Calls) async throws -> [NpmBuilder] {
        var made: [NpmBuilder] = []
        for part in try closure() {
            let about = part.about
            let outcome = try await calls.shell(
                """
                set -eu; rm -rf '\(aside)'; mkdir '\(aside)'; cd '\(aside)'
                cp -R '\(part.folder)' package; rm -rf package/node_modules; tar -czf package.tgz package
                """)
            try #require(outcome.code == 0, "\(outcome)")
            let packed = try Files.read(aside.appending("package.tgz"))
            made.append(
                NpmBuilder(about.name, about.version).with {
                    $0.packed = packed
                    $0.dependencies = (about.dependencies ?? [:]).sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
                    $0.bins = (about.bin ?? [:]).sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
                })
        }
        try Files.removeTree(aside)
        return made
    }

    /// pnpm's layout, by a program of Node: links are relative, as pnpm's are.
    static let forest = """
        cat >forest.js <<'END'
        const fs = require("fs"), path = require("path"), from = process.env.NPM_PACKAGES, made = new Set();
        const home = (name, v) => path.join("node_modules/.pnpm", name.replace("/", "+") + "@" + v, "node_modules");
        const link = (place, to) => {
            fs.mkdirSync(path.dirname(place), { recursive: true });
            fs.symlinkSync(path.relative(path.dirname(place), to), place);
        };
        const add = (name) => {
            const about = JSON.parse(fs.readFileSync(path.join(from, name, "package.json"))), top = home(name, about.version);
            const place = path.join(top, name);
            if (made.has(name)) return [place, about];
            made.add(name);
            fs.cpSync(path.join(from, name), place, { recursive: true, filter: (p) => !p.slice(from.length + name.length + 1).includes("node_modules") });
            for (const edge of Object.keys(about.dependencies || {})) link(path.join(top, edge), add(edge)[0]);
            return [place, about];
        };
        for (const name of "\(wanted.joined(separator: " "))".split(" ")) {
            const [place, about] = add(name);
            link(path.join("node_modules", name), place);
            for (const [bin, file] of Object.entries(about.bin || {})) link(path.join("node_modules/.bin", bin), path.join(place, file));
        }
        END
        node forest.js
        """
}
