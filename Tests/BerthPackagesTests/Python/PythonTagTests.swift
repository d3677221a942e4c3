import Testing

@testable import BerthPackages

/// Names, versions and the order of wheels.
@Suite struct PythonTagTests {
    private func tags(_ version: String = "3.13.5", libc: Int = 41, _ machine: PythonTarget.Architecture = .arm64)
        throws -> WheelTags
    {
        WheelTags(try #require(PythonTarget(version: version, architecture: machine, libcMinor: libc)))
    }

    private func best(_ tags: WheelTags, _ names: [String]) -> String? {
        tags.best(of: names.map { "demo-1.0-\($0).whl" }, name: { WheelFileName($0) })
            .map { String($0.dropFirst("demo-1.0-".count).dropLast(4)) }
    }

    @Test func `a file name is taken apart`() throws {
        let name = try #require(
            WheelFileName("Ruamel.Yaml_clib-0.2.8-1a-cp39.cp310-abi3-manylinux_2_17_aarch64.manylinux2014_aarch64.whl"))
        #expect(name.project == "ruamel-yaml-clib" && name.version == PythonVersion("0.2.8"))
        #expect(name.build?.number == 1 && name.build?.suffix == "a")
        #expect(name.tags.count == 4)
    }

    @Test(arguments: [
        "", "demo.whl", "demo-1.0-py3-none-any.zip", "demo-1.0-py3-none.whl", "a-b-c-d-e-f-g.whl",
        "demo-x-py3-none-any.whl",
        "demo-1.0-x-py3-none-any.whl", "demo-1.0-py3-none-a/y.whl", "dem o-1.0-py3-none-any.whl",
        "demo-1.0--none-any.whl",
    ])
    func `other texts are no wheels`(text: String) { #expect(WheelFileName(text) == nil) }

    @Test func `the order is own interface, stable interface, pure; newest glibc first`() throws {
        let order = [
            "cp313-cp313-manylinux_2_41_aarch64", "cp313-cp313-manylinux_2_28_aarch64",
            "cp313-cp313-manylinux_2_17_aarch64",
            "cp313-cp313-manylinux2014_aarch64", "cp313-cp313-linux_aarch64", "cp313-abi3-manylinux_2_28_aarch64",
            "cp313-none-manylinux_2_28_aarch64", "cp39-abi3-manylinux_2_28_aarch64", "cp37-abi3-manylinux_2_17_aarch64",
            "py313-none-manylinux_2_17_aarch64", "py3-none-manylinux_2_17_aarch64", "cp313-none-any", "py313-none-any",
            "py3-none-any", "py312-none-any", "py30-none-any",
        ]
        let tags = try tags()
        for start in order.indices {
            #expect(best(tags, Array(order[start...].reversed())) == order[start])
        }
    }

    @Test func `a package with a pure and a compiled wheel gives the compiled one, whatever comes first`() throws {
        let names = ["py3-none-any", "cp313-cp313-manylinux2014_aarch64.manylinux_2_17_aarch64.manylinux_2_28_aarch64"]
        #expect(best(try tags(), names) == names[1])
        #expect(best(try tags(), names.reversed()) == names[1])
        #expect(best(try tags("3.13.5", libc: 41, .amd64), names) == "py3-none-any")
    }

    @Test func `wheels for other machines, newer glibc, other interpreters or musl do not fit`() throws {
        let names = [
            "cp313-cp313-manylinux_2_28_x86_64", "cp313-cp313-manylinux_2_42_aarch64",
            "cp313-cp313t-manylinux_2_28_aarch64",
            "cp312-cp312-manylinux_2_28_aarch64", "pp310-pypy310_pp73-manylinux_2_28_aarch64",
            "cp314-abi3-manylinux_2_17_aarch64",
            "cp313-cp313-musllinux_1_2_aarch64", "cp313-cp313-macosx_11_0_arm64", "py2-none-any",
            "cp313-cp313-manylinux_2_16_aarch64",
        ]
        #expect(best(try tags(), names) == nil)
        #expect(best(try tags("3.11.2", libc: 36), ["cp311-cp311-manylinux_2_39_aarch64"]) == nil)
        #expect(best(try tags("3.11", libc: 36, .amd64), ["cp311-cp311-manylinux1_x86_64"]) != nil)
    }

    @Test func `the highest build number wins among equal tags`() throws {
        #expect(best(try tags(), ["py3-none-any", "2-py3-none-any", "10-py3-none-any"]) == "10-py3-none-any")
    }

    @Test(arguments: ["3", "2.7", "3.x", "", "3.13.5.1", "4.0", "3.-1"])
    func `a target needs a version of Python 3`(text: String) {
        #expect(PythonTarget(version: text, architecture: .arm64, libcMinor: 41) == nil)
    }

    @Test(arguments: [
        ("1.0", "1"), ("v1.0.0", "1"), ("1.0a1", "1.0.alpha-1"), ("1.0rc1", "1.0c1"), ("1.0.post1", "1.0-1"),
        ("1.0-r4", "1.0.post4"),
        ("1.0.dev0", "1.0dev"), ("0!1.0", "1"), ("1.0+cpu.01", "1.0+CPU-1"), ("01.02", "1.2"),
        ("1.0b2.post345.dev456", "1.0.B2-345DEV456"),
    ])
    func `two spellings of one version are equal`(one: String, other: String) {
        #expect(PythonVersion(one) != nil && PythonVersion(one) == PythonVersion(other))
    }

    @Test func `other versions are not`() {
        #expect(PythonVersion("1.0") != PythonVersion("1.0+cpu"))
        #expect(PythonVersion("1.0a1") != PythonVersion("1.0b1"))
        #expect(PythonVersion("1!1.0") != PythonVersion("1.0"))
        for text in ["", "a", "1.", "1.0x", "1.0+", "1.0 0", "..", "1/0"] { #expect(PythonVersion(text) == nil) }
    }
}
