internal import ArgumentParser

@main
struct Berth: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "berth", abstract: "Images, caches and two job slots on a machine of your own.")
}
