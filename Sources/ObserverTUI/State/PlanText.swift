import ObserverEngine

/// A plan as text: a line for each app that changes, with its fields below.
struct PlanText {
    let lines: [Text]

    init(_ report: PlanReport) {
        guard report.problems.isEmpty else {
            lines =
                [Text("This commit can't be deployed:", .bad)]
                + report.problems.map { Text($0.place, .bad) + Text(": \($0.sentence)") }
            return
        }
        let changes = report.changes.filter { $0.kind != .unchanged }.sorted { $0.isBefore($1) }
        let conclusion: [Text] =
            !report.changesAnything
            ? [Text("Nothing would change.", .secondary)]
            : report.changes.isEmpty ? [Text("Would \(report.summary).")] : []
        lines =
            conclusion + changes.flatMap(Self.lines) + Self.unchanged(in: report)
            + report.warnings.map { Text($0, .busy) }
    }

    private static func lines(of change: AppChange) -> [Text] {
        let columns = min(change.fields.map { Text($0.path).columns }.max() ?? 0, 40)
        let title =
            Text("\(change.kind.sign) ", Style(ink: change.kind.ink)) + Text(change.appID, .bold)
            + Text("  \(change.sentence)", Style(ink: change.kind.ink))
        return [title]
            + change.fields.map { field in
                .spaces(4) + Text(field.path, .secondary).fitted(to: columns) + Text("  \(field.values)")
            }
    }

    private static func unchanged(in report: PlanReport) -> [Text] {
        let names = report.changes.filter { $0.kind == .unchanged }.map(\.appID).sorted { $0.isBefore($1) }
        return names.isEmpty ? [] : [Text("= \(names.count) unchanged: \(names.joined(separator: ", "))", .secondary)]
    }
}

extension AppChange {
    /// By name; apps that stay although they are in no spec come last, because a small dialog shows only the first.
    fileprivate func isBefore(_ other: AppChange) -> Bool {
        let (stays, otherStays) = (kind == .orphaned, other.kind == .orphaned)
        return stays == otherStays ? appID.isBefore(other.appID) : otherStays
    }
}

extension AppChange.Kind {
    fileprivate var ink: Style.Ink {
        switch self {
        case .created: .good
        case .updated, .orphaned: .busy
        case .unchanged: .secondary
        case .removed: .bad
        }
    }
}
