package import BerthStore

/// Makes a trace from named events in the order of time.
package struct TraceBuilder {
    private var trace = CacheTrace()
    private var contents: [Name: Int32] = [:]
    private var scopes: [Name: Int32] = [:]
    private var families: [Name: Int32] = [:]
    private var objects: [Pair: Int32] = [:]
    private var parts: [String: Int32] = [:]

    /// Two texts, or a text within a scope.
    private struct Name: Hashable {
        let first: String
        let second: String
        var third = ""
    }

    private struct Pair: Hashable {
        let content: Int32
        let scope: Int32
    }

    package init() {}

    /// One lookup by texts.
    package struct Lookup: Sendable {
        package var repository: String
        package var scope: String
        package var others: [String]
        package var version: String
        package var key: String
        /// Nil: the part of the key that does not change.
        package var family: String?
        package var saves = true

        package init(
            repository: String, scope: String, others: [String] = [], version: String = "", key: String,
            family: String? = nil, saves: Bool = true
        ) {
            (self.repository, self.scope, self.others) = (repository, scope, others)
            (self.version, self.key, self.family, self.saves) = (version, key, family, saves)
        }
    }

    /// Says how large a content is and what it costs; the last word counts.
    package mutating func describe(
        repository: String, version: String, key: String, size: Int64, cost: Double, parts: [PackPart] = []
    ) {
        let content = Int(content(repository, version, key))
        trace.contents[content].size = size
        trace.contents[content].cost = cost
        guard !parts.isEmpty, trace.contents[content].parts.isEmpty else { return }
        let start = trace.parts.count
        for part in parts { trace.parts.append(self.part(part)) }
        trace.contents[content].parts = start..<trace.parts.count
        trace.contents[content].size = parts.reduce(0) { $0 + $1.size }
    }

    package mutating func add(_ lookup: Lookup) {
        let content = content(lookup.repository, lookup.version, lookup.key)
        let family = lookup.family ?? "\(lookup.version.utf8.count):\(lookup.version)\(KeyFamily.of(lookup.key))"
        func object(_ reference: String) -> Int32 {
            self.object(content, scope: scope(lookup.repository, reference), family: family)
        }
        let own = object(lookup.scope)
        let start = Int32(trace.others.count)
        for other in lookup.others where other != lookup.scope { trace.others.append(object(other)) }
        trace.events.append(
            .init(own: own, start: start, count: Int32(trace.others.count) - start, saves: lookup.saves))
    }

    /// A scope is closed.
    package mutating func close(repository: String, scope: String) {
        trace.events.append(.init(own: -1, start: self.scope(repository, scope), count: 0, saves: false))
    }

    package func finish() -> CacheTrace { trace }

    private mutating func content(_ repository: String, _ version: String, _ key: String) -> Int32 {
        let name = Name(first: repository, second: version, third: key)
        if let known = contents[name] { return known }
        contents[name] = Int32(trace.contents.count)
        trace.contents.append(.init(size: 0, cost: 0, parts: 0..<0))
        return Int32(trace.contents.count - 1)
    }

    private mutating func scope(_ repository: String, _ reference: String) -> Int32 {
        let name = Name(first: repository, second: reference)
        if let known = scopes[name] { return known }
        scopes[name] = Int32(trace.scopes)
        trace.scopes += 1
        trace.objectsOfScope.append([])
        return Int32(trace.scopes - 1)
    }

    private mutating func object(_ content: Int32, scope: Int32, family: String) -> Int32 {
        let pair = Pair(content: content, scope: scope)
        if let known = objects[pair] { return known }
        let name = Name(first: "\(scope)", second: family)
        let number = families[name] ?? Int32(trace.families)
        if families.updateValue(number, forKey: name) == nil { trace.families += 1 }
        let id = Int32(trace.objects.count)
        trace.objects.append(.init(content: content, scope: scope, family: number))
        trace.objectsOfScope[Int(scope)].append(id)
        objects[pair] = id
        return id
    }

    private mutating func part(_ part: PackPart) -> Int32 {
        if let known = parts[part.name] { return known }
        parts[part.name] = Int32(trace.partSizes.count)
        trace.partSizes.append(part.size)
        return Int32(trace.partSizes.count - 1)
    }
}
