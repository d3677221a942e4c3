import BerthArchive
import BerthSystem
import BerthTestSupport
import Testing

@testable import BerthPackages

/// Resolution by the real uv against an index on this machine.
@Suite struct PythonResolverTests {
    private let target: PythonTarget

    init() throws {
        target = try #require(PythonTarget(version: "3.13.5", architecture: .arm64, libcMinor: 41))
    }

    private func resolve(_ index: IndexDouble, _ requirements: [String]) async throws -> [PythonPackage] {
        try await Mirror.serving(index.pages) { mirror in
            let resolver = try PythonResolver(indexes: PythonIndexes(main: mirror.address + "/simple/"))
            return try await resolver.resolve(requirements.map { try PythonRequirement($0) }, for: target)
        }
    }

    private func failure(_ index: IndexDouble, _ requirements: [String]) async throws -> BerthError? {
        do {
            _ = try await resolve(index, requirements)
            return nil
        } catch let error as BerthError { return error }
    }

    private func wheel(_ project: String, _ version: String, _ tag: String = "py3-none-any", requires: [String] = [])
        -> WheelBuilder
    {
        var builder = WheelBuilder()
        (builder.project, builder.version, builder.tag, builder.requires) = (project, version, tag, requires)
        return builder
    }

    @Test func `the best wheel of the newest version that fits is chosen, with what the index says of it`() async throws
    {
        let native = "cp313-cp313-manylinux_2_17_aarch64"
        let index = IndexDouble(wheels: [
            wheel("demo", "1.0", requires: ["inner>=2", "other; sys_platform == 'win32'"]), wheel("inner", "1.0"),
            wheel("inner", "2.0"), wheel("inner", "2.0", native), wheel("inner", "2.0", "cp313-cp313-win_amd64"),
        ])
        let packages = try await resolve(index, ["Demo"])
        #expect(packages.map(\.name) == ["demo", "inner"] && packages.map(\.isRequested) == [true, false])
        #expect(packages[1].fileName == "inner-2.0-\(native).whl")
        #expect(packages[1].digest == Digest.of(wheel("inner", "2.0", native).bytes))
        #expect(packages[1].size == ByteCount(wheel("inner", "2.0", native).bytes.count))
        #expect(packages[1].uploaded == 1_767_323_045)
        #expect(packages[1].address.hasSuffix("/files/inner-2.0-\(native).whl"))
    }

    @Test func `what can't be met shows uv's explanation`() async throws {
        let index = IndexDouble(wheels: [wheel("demo", "1.0", requires: ["inner>=3"]), wheel("inner", "2.0")])
        let error = try #require(try await failure(index, ["demo"]))
        #expect(error.status == .failed)
        #expect(error.what.contains("inner") && error.what.contains("demo") && error.what.contains("unsatisfiable"))
        #expect(error.place == "Python 3.13.5 on aarch64, glibc 2.41")
        let unknown = try #require(try await failure(index, ["nothere"]))
        #expect(unknown.what.contains("nothere"))
    }

    @Test func `a package that comes only as source is named`() async throws {
        let error = try #require(try await failure(IndexDouble(sources: [("demo", "demo-1.0.tar.gz")]), ["demo"]))
        #expect(error.status == .failed && error.what.contains("demo") && error.what.contains("wheels"))
        let foreign = IndexDouble(wheels: [wheel("demo", "1.0", "cp313-cp313-win_amd64")])
        #expect(try await failure(foreign, ["demo"])?.what.contains("demo") == true)
    }

    @Test func `pins of a lock are found again, and those that are gone are told apart`() async throws {
        let index = IndexDouble(wheels: [
            wheel("demo", "1.0", requires: ["inner"]), wheel("inner", "2.0"), wheel("inner", "3.0"),
        ])
        let here = [
            PythonPin(name: "demo", version: "1.0", fileName: "demo-1.0-py3-none-any.whl"),
            PythonPin(name: "inner", version: "2.0", fileName: "inner-2.0-py3-none-any.whl"),
        ]
        let gone = [
            PythonPin(name: "inner", version: "1.0", fileName: "inner-1.0-py3-none-any.whl"),
            PythonPin(name: "other", version: "1.0", fileName: "other-1.0-py3-none-any.whl"),
            PythonPin(name: "demo", version: "1.0", fileName: "demo-1.0-1-py3-none-any.whl"),
        ]
        try await Mirror.serving(index.pages) { mirror in
            let resolver = try PythonResolver(indexes: PythonIndexes(main: mirror.address + "/simple/"))
            let found = try await resolver.wheelAddresses(for: here, target: target)
            #expect(here.allSatisfy { found[$0]?.address == mirror.address + "/files/" + $0.fileName })
            let some = try await resolver.wheelAddresses(for: here + gone, target: target)
            #expect(Set(some.keys) == Set(here))
        }
    }

    @Test func `an index that does not answer is trouble of the network, not of the recipe`() async throws {
        let error = await #expect(throws: BerthError.self) {
            let resolver = try PythonResolver(indexes: PythonIndexes(main: "http://127.0.0.1:1/simple/"))
            _ = try await resolver.resolve([PythonRequirement("demo")], for: target)
        }
        #expect(error?.status == .temporary)
    }

    @Test func `offline nothing is asked`() async throws {
        let index = IndexDouble(wheels: [wheel("demo", "1.0")])
        try await Mirror.serving(index.pages) { mirror in
            let resolver = try PythonResolver(indexes: PythonIndexes(main: mirror.address + "/simple/"), offline: true)
            let error = await #expect(throws: BerthError.self) {
                _ = try await resolver.resolve([PythonRequirement("demo")], for: target)
            }
            #expect(error?.what.contains("network") == true)
            #expect(mirror.requests.isEmpty)
        }
    }

    @Test(arguments: [
        "", "-r other.txt", "--index-url x", "../demo", "demo @ https://mirror.example/x", "demo\n-e .", "a b",
        "demo # x",
    ])
    func `what is no requirement of an index is refused`(text: String) {
        let error = #expect(throws: BerthError.self) { try PythonRequirement(text) }
        #expect(error?.status == .usage)
    }

    @Test(arguments: [
        "pytest", "pytest>=8,<9", "mypy==1.15.*", "uvicorn[standard]~=0.3", "a; python_version < '3.12'", "x (>=1)",
    ])
    func `requirements with versions, extras and markers are taken`(text: String) throws {
        #expect(try PythonRequirement(text).text == text)
    }
}
