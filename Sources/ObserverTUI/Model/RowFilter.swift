import ObserverEngine

/// Whether a row matches a filter or a search term: by what the lists and the details show of it.
struct RowFilter {
    let term: SearchTerm
    /// Knows the deployments of deliveries.
    let mirror: EngineMirror?

    func matches(_ row: DeliverySummary) -> Bool {
        let mark = DeliveryMark(row, deployment: mirror?.deployment(of: row))
        return term.matches([
            row.message, row.commit, row.event, row.branch, row.author, row.reason, row.guid, mark.word,
        ])
    }

    func matches(_ row: DeploymentSummary) -> Bool {
        // Steps are shown while the deployment waits for them.
        let steps = row.stage == .waiting ? row.progress?.steps ?? [] : []
        let texts = [
            row.message, row.commit, row.author, row.outcome, StageMark(row).word, row.stage.rawValue, row.trigger.word,
            row.requestedBy, row.reason, row.wait?.sentence, mirror?.turn(of: row),
        ]
        return term.matches(texts + steps.map(\.name))
    }

    func matches(_ app: AppSummary) -> Bool {
        term.matches([app.id, app.commit, AppMark(app).word, app.remark] + app.instances.map(\.host))
    }
}

extension LogLine {
    func matches(_ term: SearchTerm) -> Bool {
        term.matches([text, verb, level.rawValue])
    }
}
