extension PlanReport {
    /// A page of its own for a browser: the picture, the table and the reasons; no script, nothing fetched.
    package var html: String {
        let rows = jobs.enumerated().map { number, job in
            let cells = [
                "\(number + 1)", job.id, "\(job.slot)", DurationText.of(job.start),
                DurationText.of(job.end - job.start),
                ByteText.of(job.memory), job.isHeavy ? "heavy" : "light", job.reason, job.sources.duration,
            ]
            return "<tr>" + cells.map { "<td>\(SVG.escaped($0))</td>" }.joined() + "</tr>"
        }
        let titles = ["", "job", "slot", "start", "takes", "memory", "weight", "starts then because", "duration from"]
        return """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width">
            <title>\(SVG.escaped(title))</title>
            <style>
            body { font: 15px/1.5 system-ui, sans-serif; color: #223; max-width: 1000px; margin: 2em auto; padding: 0 1em; }
            h1 { font-size: 1.4em; }
            svg { width: 100%; height: auto; border: 1px solid #ddd; }
            table { border-collapse: collapse; }
            td, th { text-align: left; padding: 0.2em 0.8em 0.2em 0; border-bottom: 1px solid #ddd; vertical-align: top; }
            </style>
            </head>
            <body>
            <h1>\(SVG.escaped(title))</h1>
            <p>\(SVG.escaped("\(jobs.count) jobs on \(resources); \(verdict)."))</p>
            \(chart.svg(title: title))
            <p>Hatched jobs are heavy: no two of them run together. The dashed line is the earliest end that is possible.</p>
            <table>
            <tr>\(titles.map { "<th>\($0)</th>" }.joined())</tr>
            \(rows.joined(separator: "\n"))
            </table>
            \((left.map { "not run: \($0)" } + notes).map { "<p>\(SVG.escaped($0))</p>" }.joined(separator: "\n"))
            </body>
            </html>

            """
    }
}
