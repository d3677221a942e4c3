package import SystemPackage

/// Where the machine takes its power from.
package enum Power: Sendable, Equatable {
    case mains
    /// On battery, with what is left in percent where the machine says it.
    case battery(percent: Int?)

    /// Asks the machine: Linux's power supplies (sysfs-class-power), else `pmset` of macOS.
    ///
    /// A machine that says nothing of batteries runs on mains.
    package static func now(supplies folder: FilePath = "/sys/class/power_supply") async -> Power {
        if Files.exists(folder) { return reading(supplies: folder) }
        guard let pmset = Programs.find("pmset") else { return .mains }
        var command = Command(pmset, ["-g", "batt"])
        command.limit = .seconds(10)
        guard let outcome = try? await command.run(), outcome.succeeded else { return .mains }
        return reading(pmset: outcome.output)
    }

    /// What `pmset -g batt` says (pmset(1)): `Now drawing from 'Battery Power'`, then a line for each battery.
    package static func reading(pmset text: String) -> Power {
        guard text.contains("'Battery Power'") else { return .mains }
        let percent = text.firstMatch(of: #/(\d{1,3})%/#).flatMap { Int($0.output.1) }
        return .battery(percent: percent)
    }

    /// A charger that delivers decides; without one, a battery of the system that is being emptied.
    ///
    /// Batteries of mice and headsets have the scope `Device` and say nothing of the machine.
    package static func reading(supplies folder: FilePath) -> Power {
        let names = (try? Files.list(folder)) ?? []
        func fact(_ name: String, _ key: String) -> String {
            let text = (try? Files.readText(folder.appending(name).appending(key), limit: 4096)) ?? ""
            return String(text.filter { !$0.isWhitespace })
        }
        let batteries = names.filter { fact($0, "type") == "Battery" && fact($0, "scope") != "Device" }
        let chargers = names.filter { !["Battery", ""].contains(fact($0, "type")) }
        guard !chargers.contains(where: { fact($0, "online") == "1" }) else { return .mains }
        guard let empty = batteries.first(where: { fact($0, "status") == "Discharging" }) else { return .mains }
        return .battery(percent: Int(fact(empty, "capacity")))
    }
}

extension Power: CustomStringConvertible {
    package var description: String {
        switch self {
        case .mains: "on mains"
        case .battery(let percent): "on battery" + (percent.map { " (\($0) %)" } ?? "")
        }
    }
}
