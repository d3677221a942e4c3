internal import Testing

@testable import BerthPlan

/// What is foretold from runs.
struct DurationPredictorTests {
    private static let key = RunKey(
        repository: "o/r", workflow: ".github/workflows/ci.yml", job: "test", cell: "python=3.12", image: "sha256:1",
        cache: .warm)

    /// One run a second, of these durations, the newest last.
    private static func runs(
        _ seconds: [Double], _ change: (inout RunRecord) -> Void = { _ in }, from at: Int64 = 0, _ key: RunKey = key
    ) -> [RunRecord] {
        seconds.enumerated().map { index, seconds in
            var record = RunRecord(key, at: at + Int64(index), seconds: seconds)
            change(&record)
            return record
        }
    }

    private static func predict(_ runs: [RunRecord], _ key: RunKey = key) throws -> Prediction {
        try DurationPredictor().predict(key, from: RunList(runs))
    }

    @Test func `with nothing known the defaults are taken, and said so`() throws {
        let prediction = try Self.predict([])
        #expect(prediction.duration == DurationEstimate(.seconds(300), spread: 1))
        #expect(prediction.level == nil)
        #expect((prediction.samples, prediction.memory, prediction.median) == (0, nil, nil))
        #expect(prediction.killLimit == .seconds(6 * 3600))
        #expect(prediction.source == "default: no run like it is known")
    }

    @Test func `a steady job takes what it took`() throws {
        let prediction = try Self.predict(Self.runs([100, 100, 100]))
        #expect(abs(prediction.duration.expected.inSeconds - 100) < 1e-9)
        #expect(prediction.median == .seconds(100))
        #expect(prediction.source == "3 runs (exact)")
        // Two assumed deviations of 0.5, and two of zero that were seen.
        #expect(abs(prediction.duration.spread - (0.5 / 4).squareRoot()) < 1e-9)
    }

    @Test func `the latest run weighs most, on the logarithmic scale`() throws {
        // Weights 1 and 0.6: 100^(0.6 / 1.6) · 200^(1 / 1.6).
        let prediction = try Self.predict(Self.runs([100, 200]))
        #expect(abs(prediction.duration.expected.inSeconds - 154.221) < 0.001)
    }

    @Test func `quantiles are of the last twenty successes`() throws {
        let prediction = try Self.predict(Self.runs([9000, 9000] + (1...20).map { Double($0) * 10 }))
        #expect(prediction.samples == 20)
        #expect(prediction.median == .seconds(105))
        #expect(prediction.quantile90 == .seconds(181))
    }

    @Test func `failures and cancellations are counted, and not learned from`() throws {
        var runs = Self.runs([100, 100])
        runs +=
            Self.runs([3, 4], { $0.ending = .failed }, from: 10) + Self.runs([5], { $0.ending = .cancelled }, from: 20)
        let prediction = try Self.predict(runs)
        #expect(abs(prediction.duration.expected.inSeconds - 100) < 1e-9)
        #expect((prediction.samples, prediction.failures, prediction.cancellations) == (2, 2, 1))
        let only = try Self.predict(Self.runs([3, 4], { $0.ending = .failed }))
        #expect((only.level, only.failures) == (nil, 2))
    }

    @Test func `a run during which the host slept teaches no duration`() throws {
        let runs = Self.runs([100, 100]) + Self.runs([5000], { $0.slept = 1 }, from: 10)
        let prediction = try Self.predict(runs)
        #expect(abs(prediction.duration.expected.inSeconds - 100) < 1e-9)
        #expect(prediction.quantile90 == .seconds(100))
        #expect(prediction.killLimit == .seconds(600))
    }

    @Test func `memory is the 95th of a hundred peaks and a tenth more`() throws {
        let runs = (0...20).map { RunRecord(Self.key, at: Int64($0), seconds: 9, peak: $0 * 100) }
        // Of the last twenty, 100 … 2000, the 95 % point is 1905.
        #expect(try Self.predict(runs).memory == 2095)
        // Whoever was killed for memory wanted more than it had; a cancelled run says nothing.
        let killed = RunRecord(Self.key, at: 30, ending: .outOfMemory, seconds: 9, peak: 1000)
        let stopped = RunRecord(Self.key, at: 31, ending: .cancelled, seconds: 9, peak: 9000)
        #expect(try Self.predict([killed, stopped]).memory == 1650)
    }

    @Test func `the kill limit lies far above the expectation, and goes up where it was hit`() throws {
        #expect(try Self.predict(Self.runs([1000, 1000])).killLimit == .seconds(3000))
        #expect(try Self.predict(Self.runs([10, 10])).killLimit == .seconds(600))
        #expect(try Self.predict(Self.runs([9000, 9000])).killLimit == .seconds(21_600))
        var runs = Self.runs([1000, 1000])
        runs.append(RunRecord(Self.key, at: 9, ending: .timedOut, seconds: 3000))
        let prediction = try Self.predict(runs)
        #expect(prediction.killLimit == .seconds(6000))
        #expect(abs(prediction.duration.expected.inSeconds - 1000) < 1e-9)
        // All that is known is that the limit was too low.
        #expect(try Self.predict(Self.runs([700], { $0.ending = .timedOut })).killLimit == .seconds(1400))
    }

    /// Keys that agree with the one that is asked for as far as a level goes, and no further.
    private static let chain: [(KeyLevel, RunKey)] = KeyLevel.allCases.map { level in
        func part(_ field: KeyLevel.Field) -> String { level.fields.contains(field) ? key[field] : "other" }
        let cache = level.fields.contains(.cache) ? key.cache : .cold
        return (
            level,
            RunKey(
                repository: key.repository, workflow: part(.workflow), job: part(.job), cell: part(.cell),
                image: part(.image), cache: cache)
        )
    }

    @Test(arguments: KeyLevel.allCases.indices)
    func `each level of the chain is used when those above know too little`(place: Int) throws {
        let (level, key) = Self.chain[place]
        // Two runs at the level, one at each level above it, and many at those below.
        var runs = Self.runs([100, 100], { _ in }, from: 0, key)
        for (_, other) in Self.chain[(place + 1)...] { runs += Self.runs([7, 7, 7], { _ in }, from: 10, other) }
        let prediction = try Self.predict(runs)
        #expect(prediction.level == level)
        #expect(prediction.samples == 2)
        #expect(prediction.median == .seconds(100))
    }

    @Test func `one run of the job is passed over for two of its kin, and used where there is nothing else`() throws {
        var kin = Self.key
        kin.image = "sha256:2"
        let one = Self.runs([500])
        let prediction = try Self.predict(one + Self.runs([100], { _ in }, from: 10, kin))
        #expect((prediction.level, prediction.samples) == (.anyImage, 2))
        let alone = try Self.predict(one)
        #expect((alone.level, alone.source) == (.exact, "1 run (exact)"))
    }

    @Test func `a warm cache is not asked about a cold one while there are runs of its own`() throws {
        var cold = Self.key
        cold.cache = .cold
        let runs = Self.runs([60, 60]) + Self.runs([300, 300, 300], { _ in }, from: 10, cold)
        #expect(try Self.predict(runs).median == .seconds(60))
        #expect(try Self.predict(runs, cold).median == .seconds(300))
    }

    @Test func `runs of different jobs give their median, with the spread of a guess`() throws {
        var other = Self.key
        other.job = "lint"
        let prediction = try Self.predict(Self.runs([10, 20, 4000], { _ in }, from: 0, other))
        #expect(prediction.level == .anyJob)
        #expect(prediction.duration.expected == .seconds(20))
        #expect(prediction.duration.spread >= 1)
    }

    @Test func `runs of other repositories are never asked`() throws {
        var other = Self.key
        other.repository = "o/other"
        #expect(try Self.predict(Self.runs([1, 1, 1], { _ in }, from: 0, other)).level == nil)
    }

    @Test func `absurd records do no harm`() throws {
        let runs = Self.runs([.infinity, .nan, -5, 0, 0])
        #expect(try Self.predict(Self.runs([1e300, 1e300])).killLimit == .seconds(6 * 3600))
        let prediction = try Self.predict(runs)
        #expect(prediction.samples == 2)
        #expect(prediction.duration.expected <= .seconds(1))
        let huge = RunRecord(Self.key, at: 9, seconds: 1, peak: .max)
        #expect(try Self.predict([huge]).memory ?? 0 > 0)
    }

    @Test func `what the records throw reaches the caller`() {
        struct Broken: RunRecords, Error {
            func newest(_ count: Int, like key: RunKey, at level: KeyLevel) throws -> [RunRecord] { throw self }
        }
        #expect(throws: Broken.self) { try DurationPredictor().predict(Self.key, from: Broken()) }
    }
}
