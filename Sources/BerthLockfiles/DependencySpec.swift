/// A package that another one wants, and which versions of it will do.
package struct DependencySpec: Sendable, Hashable {
    package let name: String
    /// As written; a range, a tag, an address.
    package let spec: String

    package init(name: String, spec: String) { (self.name, self.spec) = (name, spec) }
}
