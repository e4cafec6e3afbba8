package import ObserverEngine

extension DocumentWriter {
    /// The actions of operators, newest first.
    mutating func writeAudit(_ content: Detail.Content, in state: DashboardState) {
        switch content {
        case .audit(let entries):
            if entries.isEmpty { line(Text("No actions of operators yet.", .secondary)) }
            write(entries, in: state)
        case .unavailable(let reason): line(Text(reason, .bad))
        case .loading, .delivery, .deployment, .app, .complete: line(Text("Loading…", .secondary))
        }
    }

    /// Each action on a line, with its reason and a problem below.
    mutating func write(_ entries: [AuditEntry], in state: DashboardState) {
        let who = min(entries.map { Text($0.by.label).columns }.max() ?? 0, 30)
        let origin = min(entries.map { Text($0.by.origin).columns }.max() ?? 0, 39)
        for entry in entries {
            let action = [entry.command, entry.subject].compactMap { $0 }.joined(separator: " ")
            line(
                Text(state.timesClock.full(entry.at), .secondary) + .spaces(2)
                    + Text(entry.by.label, .bold).fitted(to: who) + .spaces(2)
                    + Text(entry.by.origin, .secondary).fitted(to: origin) + .spaces(2)
                    + Text(entry.result.rawValue, Style(ink: entry.result.ink)).fitted(to: 8) + .spaces(2)
                    + Text(action))
            for part in (entry.quotedReason ?? "").split(whereSeparator: \.isNewline) {
                line(.spaces(2) + Text(String(part)))
            }
            if entry.result != .done, let answer = entry.answer { line(.spaces(2) + Text(answer, .secondary)) }
        }
    }
}

extension AuditEntry {
    /// The reason of the operator: `"hotfix"`. A deployment only has one if it overrides the rules.
    package var quotedReason: String? {
        reason.map { (action == "deploy" ? "rules overridden: " : "") + "\"\($0)\"" }
    }
}

extension AuditEntry.Result {
    fileprivate var ink: Style.Ink {
        switch self {
        case .started: .busy
        case .done: .good
        case .rejected: .plain
        case .denied, .failed: .bad
        }
    }
}
