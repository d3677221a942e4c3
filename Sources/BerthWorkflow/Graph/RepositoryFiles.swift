/// Gives the bytes of a file of the repository by its path from the repository's folder on; nil where it has none.
package typealias RepositoryFiles = (_ path: String) throws -> [UInt8]?
