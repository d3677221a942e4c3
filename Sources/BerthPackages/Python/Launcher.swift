/// The small programs that start a wheel's commands.
enum Launcher {
    /// Linux reads this many bytes of a first line, with `#!` and the newline.
    private static let longestShebang = 127

    /// A script's first line or lines for an interpreter; paths too long or with spaces go through the shell.
    static func shebang(_ interpreter: String) -> String {
        let line = "#!\(interpreter)\n"
        guard line.utf8.count > longestShebang || interpreter.contains(where: \.isWhitespace) else { return line }
        // To the shell a command, to Python a text between three quotes.
        return "#!/bin/sh\n'''exec' '\(interpreter)' \"$0\" \"$@\"\n' '''\n"
    }

    /// The source of a command that calls `module:function`.
    static func source(_ script: EntryPoints.Script, interpreter: String) -> String {
        let imported = script.function.prefix { $0 != "." }
        return shebang(interpreter)
            + """
            # -*- coding: utf-8 -*-
            import sys
            from \(script.module) import \(imported)
            if __name__ == "__main__":
                sys.exit(\(script.function)())

            """
    }

    /// What the first line of a shipped script becomes when it is `#!python` or `#!pythonw`: the environment's own.
    ///
    /// Options after the name are dropped, as pip does. Nil when the script stays as it is; else the bytes dropped
    /// from its start and what stands there instead.
    static func rewrite(_ start: [UInt8], interpreter: String) -> (dropped: Int, replacement: [UInt8])? {
        guard start.starts(with: "#!python".utf8) else { return nil }
        let newline = start.firstIndex(of: 0x0A) ?? start.count
        var rest = start[8..<newline]
        if rest.first == UInt8(ascii: "w") { rest.removeFirst() }
        guard rest.isEmpty || rest.first == 0x20 || rest.first == 0x0D else { return nil }
        return (min(newline + 1, start.count), Array(shebang(interpreter).utf8))
    }
}
