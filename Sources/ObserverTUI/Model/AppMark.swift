import ObserverEngine

/// The state of an app as a sign, a word and a colour.
struct AppMark: Equatable {
    let sign: String
    let word: String
    let ink: Style.Ink
    /// Whether an operator has to do something about it.
    let needsAttention: Bool

    init(_ app: AppSummary) {
        let isDeploying = !app.deployments.isEmpty
        (sign, word, ink, needsAttention) =
            switch app.drift?.kind {
            case .missing: ("✗", "missing", .bad, true)
            case _ where isDeploying: ("▸", "deploying", .busy, false)
            case .changed: ("▲", "drift", .busy, true)
            case .copied: ("▲", "copy", .busy, true)
            case .recreated: ("▲", "drift", .busy, true)
            case nil where app.isHealthy == nil: ("○", "not checked", .secondary, false)
            case nil where app.isHealthy == false: ("✗", "unhealthy", .bad, true)
            case nil where app.wanted == 0: ("○", "stopped", .secondary, false)
            case nil: ("●", "healthy", .good, false)
            }
    }
}

extension AppsReport {
    /// The report with the apps in the order of the list: those that need attention first, then by name, as people count.
    var inListOrder: AppsReport {
        var report = self
        let apps = apps.sorted { $0.id.isBefore($1.id) }
        report.apps = apps.filter { AppMark($0).needsAttention } + apps.filter { !AppMark($0).needsAttention }
        return report
    }
}

extension AppSummary {
    /// The state in words, with everything unusual, the most important first: "drift: mem is 64, not 32".
    var remark: String {
        let mark = AppMark(self)
        let words: String? =
            switch drift?.kind {
            case .missing: "missing: it should be running"
            case .copied: "has the labels of another app"
            case .recreated: "drift: created by someone else"
            case .changed: "drift: \(drift?.fields.map(\.words).joined(separator: ", ") ?? "")"
            case nil: mark.word == "healthy" ? nil : mark.word
            }
        let failure = isHealthy == true ? nil : lastFailure.map(\.words)
        let parts = [
            mark.word == "deploying" && drift != nil ? mark.word : nil, words, drift?.refusalClause,
            isOrphaned ? "in no spec" : nil, failure,
        ]
        return parts.compactMap { $0 }.joined(separator: "; ")
    }

    /// The remark for a narrow column. A drift keeps the value that its spec wants, which is at the end.
    func remark(within columns: Int, _ style: Style) -> Text {
        let whole = Text(remark, style)
        guard whole.columns > columns, let kind = drift?.kind else { return whole.truncated(to: columns) }
        guard kind == .changed, let fields = drift?.fields, let first = mainDifference else {
            return Text(AppMark(self).word, style).truncated(to: columns)
        }
        // The sign shows that it drifts.
        let all = Text(fields.map(\.words).joined(separator: ", "), style)
        let count = Text(otherDifferences, style)
        let one = Text(first.words, style) + count
        if let fitting = [all, one].first(where: { $0.columns <= columns }) { return fitting }
        if let cut = first.words(within: columns - count.columns, style) { return cut + count }
        return Text(fields.count == 1 ? "\(first.name) differs" : "\(fields.count) fields differ", style)
            .truncated(to: columns)
    }

    /// The columns in which the remark still shows the most important of it: of a drift one field with its values.
    var leastRemarkColumns: Int {
        guard let first = mainDifference else { return min(Text(remark).columns, Self.leastWords) }
        return Text(first.words + otherDifferences).columns
    }

    private static let leastWords = 20

    /// A masked value shows nothing.
    private var mainDifference: AppChange.Field? {
        guard let drift, drift.kind == .changed else { return nil }
        return drift.fields.first { $0.before != $0.after } ?? drift.fields.first
    }

    /// " (+1)", empty if only one field differs.
    private var otherDifferences: String {
        let count = drift?.fields.count ?? 0
        return count > 1 ? " (+\(count - 1))" : ""
    }
}

extension AppSummary.Failure {
    /// "TASK_FAILED on 10.0.0.7: Command exited with status 1"; a container has no host of its own.
    fileprivate var words: String { "\(state)\(host.isEmpty ? "" : " on \(host)"): \(message)" }
}

extension AppChange.Field {
    /// A field that differs from its spec: "mem is 64, not 32".
    fileprivate var words: String { "\(name) is \(found), not \(wanted)" }

    fileprivate var name: String { path.hasPrefix("/") ? String(path.dropFirst()) : path }
    private var found: String { before ?? "absent" }
    private var wanted: String { after ?? "absent" }

    /// The same with both values cut as far as necessary, in the middle; nil if too little of them would be left.
    fileprivate func words(within columns: Int, _ style: Style) -> Text? {
        let (found, wanted) = (Text(found, style), Text(wanted, style))
        let (verb, link) = (Text("\(name) is ", style), Text(", not ", style))
        let space = columns - verb.columns - link.columns
        guard space >= Self.leastValues else { return nil }
        let half = max(space / 2, space - wanted.columns)
        let start = verb + found.truncatedInTheMiddle(to: half) + link
        return start + wanted.truncatedInTheMiddle(to: columns - start.columns)
    }

    /// How much of both values must be visible, in columns.
    private static let leastValues = 12
}
