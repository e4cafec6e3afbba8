import Foundation
import ObserverEngine

/// The status, kept up to date.
struct StatusWatch: LiveReport {
    /// Rows from which the overview is made.
    private static let limit = 20

    private var deliveries: [DeliverySummary] = []
    private var deployments: [DeploymentSummary] = []
    private var engine: EngineState?
    private var hook = HookState()
    private var apps = AppsReport()
    private var printed: [String: String] = [:]

    private var overview: StatusOverview? {
        engine.map {
            StatusOverview(apps: apps, engine: $0, hook: hook, deliveries: deliveries, deployments: deployments)
        }
    }

    func rankedLines(in style: TextStyle) -> [RankedLine] { overview?.fields(in: style).rankedLines(in: style) ?? [] }

    mutating func apply(_ event: ControlEvent) {
        switch event {
        case .snapshot(let snapshot):
            (engine, hook) = (snapshot.engine, snapshot.hook)
            apps = snapshot.apps ?? AppsReport()
            deliveries = Array(snapshot.deliveries.prefix(Self.limit))
            deployments = Array(snapshot.deployments.prefix(Self.limit))
        case .engine(let state): engine = state
        case .hook(let state): hook = state
        case .apps(let report): apps = report
        case .delivery(let row): deliveries.note(row, limit: Self.limit) { $0.receivedAt >= $1.receivedAt }
        case .deployment(let row): deployments.note(row, limit: Self.limit)
        case .log, .audit: break
        }
    }

    mutating func takeChanges(as format: OutputFormat) throws -> [String] {
        guard let overview else { return [] }
        switch format {
        case .json:
            let text = try format.text(of: overview.withoutCounters)
            guard printed[""] != text else { return [] }
            printed[""] = text
            return [try format.text(of: overview)]
        case .text(var style):
            // A line is read later, when an age would be wrong.
            style.showsAges = false
            let fields = overview.fields(in: style).joined
            let names = Set(fields.map(\.name))
            let gone = printed.keys.filter { !names.contains($0) }.sorted().map { ($0, "-") }
            let changed = fields.map { ($0.name, $0.text) }.filter { printed[$0.0] != $0.1 }
            printed = Dictionary(fields.map { ($0.name, $0.text) }) { $1 }
            return (changed + gone).map { name, text in "\(style.now.rfc3339)  \(name): \(text)\n" }
        }
    }
}

extension FieldList {
    /// One text for each name: several deployments may be queued.
    fileprivate var joined: [(name: String, text: String)] {
        entries.reduce(into: []) { fields, entry in
            if let index = fields.firstIndex(where: { $0.name == entry.name }) {
                fields[index].text += "; \(entry.cell.text)"
            } else {
                fields.append((entry.name, entry.cell.text))
            }
        }
    }
}

extension StatusOverview {
    /// Without the values that every request of the observer changes.
    fileprivate var withoutCounters: StatusOverview {
        var overview = self
        overview.apps.readAt = overview.apps.readAt.map { _ in .distantPast }
        overview.apps.check?.at = .distantPast
        overview.engine.rateLimitRemaining = nil
        overview.engine.gitHub.lastAnswerAt = nil
        overview.engine.target?.lastAnswerAt = nil
        return overview
    }
}

extension Array where Element: Identifiable {
    /// Replaces the row with the same id, or inserts it in order.
    /// - Parameter isBefore: Whether the first row is shown before the second one.
    mutating func note(_ row: Element, limit: Int, isBefore: (Element, Element) -> Bool) {
        if let index = firstIndex(where: { $0.id == row.id }) {
            self[index] = row
        } else {
            insert(row, at: firstIndex { isBefore(row, $0) } ?? endIndex)
            self = Array(prefix(limit))
        }
    }
}
