package import BerthReport
internal import BerthSystem

/// How registries are reached: connections, bounds, logins, and the hosts that a person allowed to be without TLS.
package struct RegistryAccess: Sendable {
    package var transport: Transport
    package var policy = FetchPolicy()
    package var logins: LoginFinder
    /// Hosts that are spoken to over plain http.
    package var insecure: Set<RegistryHost> = []
    package var progress: any ProgressSink

    package init(
        transport: Transport = .shared, logins: LoginFinder = .machine, progress: any ProgressSink = NoProgress()
    ) {
        self.transport = transport
        self.logins = logins
        self.progress = progress
    }

    /// A client that reads a repository.
    package func reader(of repository: Repository) throws -> RegistryClient {
        try client(repository, [.reading(repository)])
    }

    /// A client that writes to a repository, and may take blobs over from others on the same host.
    package func writer(of repository: Repository, mounting: [Repository] = []) throws -> RegistryClient {
        let others = mounting.filter { $0.host == repository.host && $0 != repository }
        return try client(repository, [.writing(repository)] + others.map { .reading($0) })
    }

    private func client(_ repository: Repository, _ scopes: [RegistryScope]) throws -> RegistryClient {
        let endpoint = try repository.host.endpoint(plain: insecure.contains(repository.host))
        let authority = RegistryAuthority(
            repository, at: endpoint, insecure: insecure, scopes: scopes, logins: logins,
            exchange: Exchange(transport: transport, policy: policy))
        return RegistryClient(
            repository: repository, endpoint: endpoint,
            exchange: Exchange(transport: transport, policy: policy, authority: authority), authority: authority,
            progress: progress)
    }
}
