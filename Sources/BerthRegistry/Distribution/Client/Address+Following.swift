extension Address {
    /// Where a registry's answer (Location, Link) leads, under the rules for redirects.
    ///
    /// Behind a proxy that ends TLS some registries name themselves with http: the same host is then asked over https on.
    func next(_ text: String?) throws -> Address {
        guard let text, let target = try? resolved(text) else {
            throw Fault.unusable("the registry named no address to go on at")
        }
        guard scheme == .https, target.scheme == .http, target.host == host else {
            return try Exchange.follow(text, from: self)
        }
        return try resolved(target.inOrigin)
    }
}
