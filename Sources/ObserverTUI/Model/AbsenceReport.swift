import ObserverEngine

/// What happened at the engine while we were not connected.
struct AbsenceReport: Equatable {
    let sentence: String

    init(before: EngineMirror, after: EngineMirror, away: String) {
        let newest = before.deployments.newest?.id ?? 0
        let finished = after.deployments.rows.filter { row in
            row.stage.isFinal && (before.deployments[row.id].map { !$0.stage.isFinal } ?? (row.id > newest))
        }
        let deliveries = after.deliveries.total - before.deliveries.total
        let succeeded = finished.count { $0.stage == .succeeded }
        let failed = finished.count { $0.stage == .failed }
        let news = [
            before.engine.instance == after.engine.instance ? nil : "the engine was restarted",
            deliveries < 1 ? nil : deliveries == 1 ? "1 delivery" : "\(deliveries) deliveries",
            succeeded < 1 ? nil : "\(succeeded) deployed",
            failed < 1 ? nil : "\(failed) failed",
        ].compactMap { $0 }
        let told = news.isEmpty ? "nothing happened meanwhile" : news.joined(separator: ", ")
        sentence = "Back after \(away): \(told)."
    }
}
