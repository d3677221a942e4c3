package import BerthArchive
internal import Foundation
internal import NIOHTTP1

extension RegistryClient {
    /// Pages of one list; beyond, a registry is taken to go round in circles.
    private static let pages = 500

    /// All tags of the repository, sorted; none where there is no such repository.
    package func tags() async throws -> [Tag] {
        struct Page: Decodable { var tags: [String]? }
        var tags: Set<Tag> = []
        var seen: Set<Address> = []
        var next: Address? = address("tags/list").adding(query: [("n", "1000")])
        for _ in 0..<Self.pages {
            guard let address = next, seen.insert(address).inserted else { break }
            let reply = try await trying("tags of \(repository)", at: address) {
                let reply = try await exchange.reply(RegistryRequest(.GET, address))
                try reply.expect(200, 404)
                return reply
            }
            guard reply.status == 200 else { break }
            let page = try? JSONDecoder().decode(Page.self, from: Data(reply.body))
            tags.formUnion((page?.tags ?? []).compactMap { try? Tag($0) })
            next = Self.following(reply, from: address)
        }
        return tags.sorted()
    }

    /// The manifests that refer to one, no more than `most`: from the referrers API, else from the tag that stands in for
    /// it.
    package func referrers(of digest: Digest, most: Int = 4096) async throws -> [ContentDescriptor] {
        if let found = try await referrersByAPI(of: digest, most) { return found }
        guard let found = try await manifest(.tag(.referrers(of: digest))), found.type.isList else { return [] }
        return Array(found.manifests.prefix(most))
    }

    /// Nil where the registry has no such API (distribution-spec, "Listing Referrers").
    private func referrersByAPI(of digest: Digest, _ most: Int) async throws -> [ContentDescriptor]? {
        var found: [ContentDescriptor] = []
        var seen: Set<Address> = []
        var next: Address? = address("referrers/\(digest)")
        for _ in 0..<Self.pages {
            guard found.count < most, let address = next, seen.insert(address).inserted else { break }
            var request = RegistryRequest(.GET, address)
            request.headers = ["Accept": ManifestType.index.rawValue]
            request.limit = RegistryManifest.limit
            let page = request
            let reply = try await trying("referrers of \(digest)", at: address) {
                let reply = try await exchange.reply(page)
                if ![400, 404, 405, 406, 501].contains(reply.status) { try reply.expect(200) }
                return reply
            }
            guard reply.status == 200, let index = try? RegistryManifest(reply.body), index.type.isList else {
                return nil
            }
            found += index.manifests
            next = Self.following(reply, from: address)
        }
        return Array(found.prefix(most))
    }

    /// The next page, where the answer names one (RFC 8288): `</v2/a/tags/list?last=x>; rel="next"`.
    private static func following(_ reply: RegistryReply, from address: Address) -> Address? {
        guard let link = reply["Link"], link.contains("rel=\"next\"") || link.contains("rel=next"),
            let start = link.firstIndex(of: "<"), let end = link[start...].firstIndex(of: ">")
        else { return nil }
        guard let target = try? address.next(String(link[link.index(after: start)..<end])) else { return nil }
        return target.sharesOrigin(with: address) ? target : nil
    }
}
