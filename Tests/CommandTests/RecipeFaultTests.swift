import BerthSystem
import BerthTestSupport
import SystemPackage
import Testing

/// Recipes that can't be built: the message says what to mend.
struct RecipeFaultTests {
    private let folder: TemporaryFolder
    private let calls: Calls

    init() throws {
        folder = try TemporaryFolder("recipes")
        calls = Calls(
            home: folder.path.appending("store"), environment: ["BERTH_IMAGES": folder.path.appending("images").string])
    }

    @Test func `an unknown recipe says where it was looked for`() async throws {
        let outcome = try await calls.berth("image", "build", "nonsuch")
        #expect(outcome.code == 64 && outcome.output.isEmpty)
        #expect(outcome.errors.hasPrefix("error: there is no recipe nonsuch\n"))
        #expect(outcome.errors.contains(folder.path.pushing("images/nonsuch/berth.yaml").string))
        #expect(outcome.errors.contains("\nhint: name a folder with a berth.yaml"))
        let asked = try await calls.berth("image", "build", "nonsuch", "--json")
        let error = try asked.errorObject()
        #expect(error["what"] as? String == "there is no recipe nonsuch")
        #expect((error["remedy"] as? String)?.isEmpty == false)
    }

    @Test func `all faults of a recipe are shown at once, each with its line and column`() async throws {
        try folder.write([
            "images/bad/berth.yaml": """
            name: Bad Name
            platforms: [linux/arm64, linux/riscv]
            debian:
              suite: trixie
              pakages: [bash]
            layers: 99
            user: {name: runner, id: x}
            surprise: 1
            """
        ])
        let file = folder.path.pushing("images/bad/berth.yaml").string
        for command in ["lock", "build", "verify", "test"] {
            let outcome = try await calls.berth("image", command, "bad")
            #expect(outcome.code == 64 && outcome.output.isEmpty)
            #expect(outcome.errors.hasPrefix("error: the recipe has 7 faults\n"), "\(outcome.errors)")
            for place in ["1:7", "2:26", "4:3", "5:3", "6:9", "7:26", "8:1"] {
                #expect(outcome.errors.contains("\(file):\(place): "), "\(place)")
            }
            #expect(outcome.errors.contains(#"did you mean "packages"?"#))
        }
    }

    @Test func `a recipe without a lock or with another's says what to run`() async throws {
        try folder.write([
            "images/new/berth.yaml": """
            name: new
            platforms: [linux/arm64]
            debian: {suite: trixie, packages: [bash]}
            """
        ])
        let outcome = try await calls.berth("image", "build", "new", "--locked", "--offline")
        #expect(outcome.code != 0)
        #expect(outcome.errors.contains("berth image lock"), "\(outcome.errors)")
    }

    @Test func `offline with an empty store names what is missing`() async throws {
        let images = project.appending("images").string
        let outcome = try await calls.berth(
            "image", "build", "python", "--images", images, "--offline", "--progress", "none")
        #expect(outcome.code == 5 || outcome.code == 1, "\(outcome.code)")
        #expect(outcome.output.isEmpty)
        #expect(outcome.errors.contains("not in the store") && outcome.errors.contains("adduser_"), "\(outcome.errors)")
        #expect(outcome.errors.contains(#/ and \d+ more\n/#))
        #expect(outcome.errors.contains("no connection was made"))
        #expect(outcome.errors.contains("hint: run it once without --offline"))
    }
}
