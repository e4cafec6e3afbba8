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
}

extension AppSummary.Failure {
    /// "TASK_FAILED on 10.0.0.7: Command exited with status 1"; a container has no host of its own.
    fileprivate var words: String { "\(state)\(host.isEmpty ? "" : " on \(host)"): \(message)" }
}

extension AppChange.Field {
    /// A field that differs from its spec: "mem is 64, not 32".
    fileprivate var words: String {
        let name = path.hasPrefix("/") ? String(path.dropFirst()) : path
        return "\(name) is \(before ?? "absent"), not \(after ?? "absent")"
    }
}
