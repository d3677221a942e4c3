internal import BerthArchive
internal import BerthPackages
internal import BerthSystem

/// Turns a wheel into a fragment: its files where a virtual environment has them.
struct WheelFragment {
    let wheel: LockedWheel
    let layout: VenvLayout
    let clamp: Int64

    func write(_ archive: WheelArchive, into recorder: inout FragmentRecorder) throws {
        recorder.fragment.name = "\(wheel.name) \(wheel.version)"
        recorder.clamp = clamp
        try WheelInstaller(layout: layout)
            .install(archive, requested: wheel.requested, modified: wheel.date, into: &recorder)
    }

    /// What else its bytes depend on.
    var role: String {
        "wheel \(layout.root) \(layout.pythonVersion) \(wheel.requested ? "requested" : "needed") \(wheel.date)"
    }
}

extension LockedPlatform {
    /// The virtual environment of a recipe on this platform; nil without Python.
    func environment(_ recipe: Recipe) throws -> VenvLayout? {
        guard let settings = recipe.python, let target = pythonTarget else { return nil }
        return try VenvLayout(root: settings.folder, target: target)
    }

    /// Interpreter and C library that wheels must fit.
    var pythonTarget: PythonTarget? {
        guard let python else { return nil }
        return PythonTarget.debian(python: python, packages: debian, platform: platform)
    }

    /// What a wheel that only carries a program must fit: any Python, this processor and C library.
    var toolTarget: PythonTarget? {
        PythonTarget.debian(python: python ?? "3.13.0", packages: debian, platform: platform)
    }
}

extension PythonTarget {
    /// The target that an image's own python3 and libc6 packages make.
    static func debian(python: String, packages: [LockedPackage], platform: Platform) -> PythonTarget? {
        let architecture: Architecture = platform.architecture == .arm64 ? .arm64 : .amd64
        let libc = packages.first { $0.name == "libc6" }?.version.split(separator: "-").first
        let minor = libc.flatMap { $0.split(separator: ".").dropFirst().first }.flatMap { Int($0) }
        return minor.flatMap { PythonTarget(version: python, architecture: architecture, libcMinor: $0) }
    }
}
