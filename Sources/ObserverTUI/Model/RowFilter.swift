import ObserverEngine

/// Whether a row matches a filter or a search term: by what the lists and the details show of it.
struct RowFilter {
    let term: SearchTerm
    /// Knows the deployments of deliveries.
    let mirror: EngineMirror?

    func matches(_ row: DeliverySummary) -> Bool {
        let texts = [row.message, row.commit, row.event, row.branch, row.author, row.reason, row.guid]
        return texts.contains(where: term.matches)
            || term.matches(DeliveryMark(row, deployment: mirror?.deployment(of: row)).word)
    }

    func matches(_ row: DeploymentSummary) -> Bool {
        let texts = [
            row.message, row.commit, row.author, row.outcome, StageMark(row.stage).word, row.stage.rawValue,
            row.trigger.word,
        ]
        // Steps are shown while the deployment waits for them.
        let steps = row.stage == .waiting ? row.progress?.steps ?? [] : []
        return texts.contains(where: term.matches) || steps.contains { term.matches($0.name) }
    }
}
