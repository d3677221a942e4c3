internal import BerthArchive
internal import BerthPackages
internal import BerthRegistry
internal import BerthSystem
internal import SystemPackage

extension ToolLocker {
    func npm(_ i: NpmInstallation) async throws -> [LockedToolFile] {
        throw BerthError(.failed, "npm packages are not supported yet")
    }
}
extension PackageSupply { func npm(_ f: [LockedToolFile]) async throws -> [RemoteFile] { [] } }
extension Fetcher {
}
extension ToolFragment {
    func write(_ i: NpmInstallation, _ p: FilePath, into r: inout FragmentRecorder) throws {
        throw BerthError(.failed, "not yet")
    }
}
