import ObserverEngine

/// A plan: from which commit to which, then app by app what changes.
struct PlanPage: Report {
    /// The specs are invalid.
    struct Invalid: Error, CustomStringConvertible {
        let count: Int

        var description: String {
            "\(count == 1 ? "1 problem" : "\(count) problems") found; this can't be deployed."
        }
    }

    /// A deployment would change something, which is a result, not an error.
    struct WouldChange: Error {}

    let report: PlanReport
    let isOffline: Bool

    func encode(to encoder: any Encoder) throws {
        try report.encode(to: encoder)
    }

    func lines(in style: TextStyle) -> [String] {
        let body =
            report.problems.isEmpty
            ? Self.changes(report.changes, in: style) + text + warnings(in: style) + [conclusion]
            : report.problems.map { line(of: $0, in: style) }
        let header = header(in: style)
        return header + (header.isEmpty ? [] : [""]) + body
    }

    private func header(in style: TextStyle) -> [String] {
        var fields = FieldList()
        fields.add("runs now", report.runningTitle)
        fields.add("deploying now", report.deploying.map { "\($0.title) (may still fail)" }, .caution)
        fields.add("plan", report.commit?.title)
        return fields.lines(in: style)
    }

    private func line(of problem: PlanReport.Problem, in style: TextStyle) -> String {
        style.paint(problem.place.printable, .bad) + ": " + problem.sentence.printable
    }

    static func changes(_ changes: [AppChange], in style: TextStyle) -> [String] {
        let width = changes.map { TableCell($0.appID).columns }.max() ?? 0
        let lines = changes.flatMap { change in
            let name = TableCell(change.appID, .heading)
            let padding = String(repeating: " ", count: width - name.columns)
            let kind = style.paint(change.sentence.printable, change.kind.tint)
            return ["\(change.kind.sign) \(name.painted(in: style))\(padding)  \(kind)"] + fields(of: change, in: style)
        }
        return lines + (lines.isEmpty ? [] : [""])
    }

    private var text: [String] {
        report.text.map(\.printable) + (report.text.isEmpty ? [] : [""])
    }

    private static func fields(of change: AppChange, in style: TextStyle) -> [String] {
        let width = change.fields.map { TableCell($0.path).columns }.max() ?? 0
        return change.fields.map { field in
            let path = TableCell(field.path, .faint)
            let padding = String(repeating: " ", count: width - path.columns)
            let values = TableCell(field.values)
            let available = style.width.map { max(20, $0 - width - 6) } ?? .max
            return "    \(path.painted(in: style))\(padding)  \(values.cut(to: available).painted(in: style))"
        }
    }

    private func warnings(in style: TextStyle) -> [String] {
        report.warnings.map { style.paint($0.printable, .caution) }
    }

    private var conclusion: String {
        let summary = report.summary.printable
        if isOffline { return summary.capitalizedSentence }
        guard report.changesAnything else { return "Nothing would change: \(summary)." }
        // A deploy command reports no apps.
        return report.changes.isEmpty ? "Would \(summary)." : "Would change: \(counts)."
    }

    /// "1 created, 2 updated, 3 unchanged"; the lines above name the apps.
    private var counts: String {
        let kinds: [AppChange.Kind] = [.created, .updated, .removed, .unchanged]
        let parts = kinds.compactMap { kind -> String? in
            let count = report.changes.count { $0.kind == kind }
            return count == 0 ? nil : "\(count) \(kind.rawValue)"
        }
        return parts.joined(separator: ", ")
    }
}

extension AppChange.Kind {
    fileprivate var tint: Tint {
        switch self {
        case .created: .good
        case .updated, .orphaned: .caution
        case .unchanged: .faint
        case .removed: .bad
        }
    }
}
