/// What a token is to allow (distribution, "Token Scope Documentation"): `repository:me/python:pull,push`.
struct RegistryScope: Sendable, Hashable, Comparable, CustomStringConvertible {
    let path: String
    let writes: Bool

    static func reading(_ repository: Repository) -> RegistryScope { .init(path: repository.path, writes: false) }
    static func writing(_ repository: Repository) -> RegistryScope { .init(path: repository.path, writes: true) }

    var description: String { "repository:\(path):pull\(writes ? ",push" : "")" }

    static func < (left: RegistryScope, right: RegistryScope) -> Bool { left.description < right.description }
}
