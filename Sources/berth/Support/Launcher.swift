internal import ArgumentParser
internal import BerthArchive
internal import BerthRegistry
internal import BerthSystem
internal import Foundation

/// Runs the command that the arguments name, and turns what it throws into a message and an exit code.
enum Launcher {
    static func run() async {
        Machine.useUTF8()
        signal(SIGPIPE, SIG_IGN)
        do {
            var command = try await parse().get()
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
            end(error)
        }
        Machine.leave(ExitStatus.ok.rawValue)
    }

    private static func parse() async -> Result<any ParsableCommand, any Error> {
        // libcrypto reads its configuration before its first hash: meanwhile arguments are parsed.
        let preparing = Task.detached { try MessageHasher.prepare() }
        let parsed = Result { try Berth.parseAsRoot() }
        // Whatever comes of them: no library may be in the middle of that when the process ends.
        let isReady = await preparing.result
        return parsed.flatMap { command in isReady.map { command } }
    }

    /// Help and versions are results, wrong usage is an error (64): ArgumentParser has the words for both.
    private static func end(_ error: any Error) -> Never {
        let code = Berth.exitCode(for: error)
        guard code.isSuccess else {
            guard Console.wantsJSON else { Berth.exit(withError: error) }
            Console.fail(BerthError(ExitStatus(rawValue: code.rawValue) ?? .failed, Berth.message(for: error)))
        }
        do { try Console.write(Berth.fullMessage(for: error)) } catch let failure as BerthError {
            Console.fail(failure)
        } catch { exit(ExitStatus.ok.rawValue) }
        exit(ExitStatus.ok.rawValue)
    }
}
