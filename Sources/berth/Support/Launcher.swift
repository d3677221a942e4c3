internal import ArgumentParser
internal import BerthRegistry
internal import BerthSystem
internal import Foundation

/// Runs the command that the arguments name, and turns what it throws into a message and an exit code.
enum Launcher {
    static func run() async {
        Machine.useUTF8()
        signal(SIGPIPE, SIG_IGN)
        do {
            var command = try Berth.parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch let error as BerthError {
            Console.fail(error)
        } catch let missing as MissingFiles {
            Console.fail(missing.explained)
        } catch let error as Console.Closed {
            exit(error.status)
        } catch {
            // Help, version and wrong usage: ArgumentParser prints them and ends with its own codes (0 and 64).
            Berth.exit(withError: error)
        }
    }
}
