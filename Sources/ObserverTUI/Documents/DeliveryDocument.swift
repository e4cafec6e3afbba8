import ObserverEngine

extension DocumentWriter {
    mutating func write(delivery id: Int64, _ content: Detail.Content, in state: DashboardState) {
        guard let row = state.shown?.deliveries[id] else {
            return line(Text("This delivery is no longer in the list.", .secondary))
        }
        let deployment = state.shown?.deployment(of: row)
        let mark = DeliveryMark(row, deployment: deployment)
        heading("Details")
        value("event", [row.event, row.branch.map { "to \($0)" }].compactMap { $0 }.joined(separator: " "))
        value("commit", row.commit)
        value("message", row.message)
        value("author", row.author)
        value("received", state.timesClock.full(row.receivedAt))
        value("guid", row.guid)
        heading("Result")
        value("verdict", row.verdict.rawValue, Style(ink: DeliveryMark.ink(of: row.verdict)))
        value("reason", row.reason)
        if let deployment {
            value("deployment", Text("\(deployment.id), ") + Text(mark.word, Style(ink: mark.ink)))
            value("outcome", deployment.outcome)
        }
        switch content {
        case .loading:
            heading("Headers")
            line(Text("Loading…", .secondary))
        case .unavailable(let reason):
            heading("Headers")
            line(Text(reason, .bad))
        case .delivery(let detail, _):
            heading("Headers")
            let columns = min(detail.headers.map { Text($0.name).columns }.max() ?? 0, max(20, self.columns / 2))
            if detail.headers.isEmpty { line(Text(detail.summary.whyWithoutHeaders, .secondary)) }
            for header in detail.headers {
                line(Text(header.name, .secondary).fitted(to: columns) + Text("  \(header.value)"))
            }
            heading("Body, \(byteCount(detail.body.utf8.count))")
        case .deployment, .app, .audit, .complete:
            break
        }
    }

    private func byteCount(_ bytes: Int) -> String {
        bytes < 1000 ? "\(bytes) bytes" : "\((bytes + 500) / 1000) kB"
    }
}
