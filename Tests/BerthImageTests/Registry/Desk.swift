import BerthArchive
import BerthRegistry
import BerthStore
import BerthSystem
import BerthTestSupport
import SystemPackage
import Testing

@testable import BerthImage

/// A store and a way from it to registries.
struct Desk {
    let folder: TemporaryFolder
    let store: Store
    let transport = Transport()
    let service: RegistryService

    init() throws {
        folder = try TemporaryFolder("service")
        store = try Store.open(folder.path.appending("store"))
        var access = RegistryAccess(transport: transport, logins: LoginFinder(files: []))
        access.policy.firstWait = .milliseconds(1)
        access.policy.longestWait = .milliseconds(20)
        service = RegistryService(store: store, access: access)
    }

    /// One for as long as the body runs.
    static func open(_ body: (Desk) async throws -> Void) async throws {
        let desk = try Desk()
        do { try await body(desk) } catch {
            await desk.transport.shutDown()
            throw error
        }
        await desk.transport.shutDown()
    }

    /// What something throws.
    static func failure(_ work: () async throws -> Void) async throws -> BerthError {
        do { try await work() } catch let error as BerthError { return error }
        return try #require(nil, "nothing was thrown")
    }

    func reference(_ double: RegistryDouble, _ rest: String) throws -> Reference {
        try Reference("\(double.host)/\(rest)")
    }
}
