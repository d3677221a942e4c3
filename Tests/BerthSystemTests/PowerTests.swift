import BerthSystem
import BerthTestSupport
import SystemPackage
import Testing

/// Mains or battery, as Linux and macOS say it.
struct PowerTests {
    struct Row: Sendable {
        let files: [String: String]
        let power: Power
    }

    @Test(arguments: [
        Row(files: [:], power: .mains),
        Row(
            files: ["BAT0/type": "Battery\n", "BAT0/status": "Discharging\n", "BAT0/capacity": "57\n"],
            power: .battery(percent: 57)),
        Row(
            files: [
                "BAT0/type": "Battery\n", "BAT0/status": "Discharging\n", "AC/type": "Mains\n", "AC/online": "1\n",
            ], power: .mains),
        Row(
            files: [
                "BAT0/type": "Battery\n", "BAT0/status": "Discharging\n", "AC/type": "Mains\n", "AC/online": "0\n",
            ],
            power: .battery(percent: nil)),
        Row(files: ["BAT0/type": "Battery\n", "BAT0/status": "Charging\n"], power: .mains),
        Row(
            files: ["mouse/type": "Battery\n", "mouse/scope": "Device\n", "mouse/status": "Discharging\n"],
            power: .mains),
    ])
    func `a charger that delivers decides, then a battery of the machine`(row: Row) async throws {
        let folder = try TemporaryFolder("power")
        for (name, text) in row.files { try folder.write([name: .text(text)]) }
        #expect(await Power.now(supplies: folder.path) == row.power)
    }

    @Test func `pmset's first line decides on macOS`() {
        let battery = """
            Now drawing from 'Battery Power'
             -InternalBattery-0 (id=4653155)\t85%; discharging; 6:12 remaining present: true
            """
        #expect(Power.reading(pmset: battery) == .battery(percent: 85))
        let mains = "Now drawing from 'AC Power'\n -InternalBattery-0 (id=4653155)\t85%; charging; 0:40 remaining\n"
        #expect(Power.reading(pmset: mains) == .mains)
        #expect(Power.reading(pmset: "Now drawing from 'AC Power'\n") == .mains)
        #expect(Power.reading(pmset: "") == .mains)
    }
}
