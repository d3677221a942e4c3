internal import BerthSystem
package import Testing

extension Trait where Self == ConditionTrait {
    /// For a test that needs what only Linux has; elsewhere it is left out, and `make test` lists it.
    package static var linuxOnly: ConditionTrait { linuxOnly("Linux") }

    /// The same, saying what it needs: `.linuxOnly("mount namespaces")`.
    package static func linuxOnly(_ facility: String) -> ConditionTrait {
        .enabled(if: Machine.systemName == "Linux", "left out: needs \(facility), which is only on Linux")
    }
}
