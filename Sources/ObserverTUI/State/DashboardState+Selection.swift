import ObserverEngine

extension DashboardState {
    var deliveryListing: Listing<DeliverySummary> {
        let rows = rowFilter(filter(of: .deliveries))
        return Listing(shown?.deliveries ?? RowList(), where: rows.term.isEmpty ? nil : { rows.matches($0) })
    }

    var deploymentListing: Listing<DeploymentSummary> {
        let rows = rowFilter(filter(of: .deployments))
        return Listing(shown?.deployments ?? RowList(), where: rows.term.isEmpty ? nil : { rows.matches($0) })
    }

    var appListing: Listing<AppSummary> {
        let rows = rowFilter(filter(of: .apps))
        return Listing(shown?.apps?.apps ?? [], where: rows.term.isEmpty ? nil : { rows.matches($0) })
    }

    func rowFilter(_ term: SearchTerm) -> RowFilter { RowFilter(term: term, mirror: shown) }

    /// The row under the cursor. A row that the filter hides is not selected: no key may act on it.
    var selectedDelivery: DeliverySummary? {
        let listing = deliveryListing
        return listing.index(of: deliveries.selected).map { listing[$0] }
    }

    var selectedDeployment: DeploymentSummary? {
        guard let row = deployments.selected.flatMap({ shown?.deployments[$0] }) else { return nil }
        let rows = rowFilter(filter(of: .deployments))
        return rows.term.isEmpty || rows.matches(row) ? row : nil
    }

    var selectedApp: AppSummary? {
        let listing = appListing
        return listing.index(of: apps.selected).map { listing[$0] }
    }

    /// The rows related to the selected row of the focused pane.
    var relatedRows: RelatedRows {
        switch focus {
        case .deliveries:
            return selectedDelivery.map(RelatedRows.init) ?? RelatedRows()
        case .deployments:
            return selectedDeployment.map(RelatedRows.init) ?? RelatedRows()
        case .apps:
            guard let app = selectedApp, let shown else { return RelatedRows() }
            return RelatedRows(app, in: shown)
        case .log:
            guard case .deployment(let id) = logSubject else { return RelatedRows() }
            return shown?.deployments[id].map(RelatedRows.init) ?? RelatedRows()
        case .hook:
            return RelatedRows()
        }
    }

    /// Whether the operator chose the selected row of the focused pane, or the deployment whose log is shown.
    var hasChosenRow: Bool {
        switch focus {
        case .deliveries: return deliveries.isChosen
        case .deployments: return deployments.isChosen
        case .apps: return apps.isChosen
        case .log:
            if case .deployment = log.source { return !log.isKept }
            return false
        case .hook: return false
        }
    }

    /// The first row that a list shows. A list at its start stays there, so that new rows are visible. Only the focused
    /// list scrolls to its selected row.
    func first<Row>(in listing: Listing<Row>, at position: ListPosition<Row>, of pane: Pane, space: Int) -> Int {
        guard position.anchor != nil else { return 0 }
        var position = position
        if pane != focus { position.selected = nil }
        return firstWithSelection(in: listing, at: position, space: space)
    }

    /// The first row to show so that the selected row is visible.
    func firstWithSelection<Row>(in listing: Listing<Row>, at position: ListPosition<Row>, space: Int) -> Int {
        Viewport.first(
            count: listing.count, space: space, anchor: listing.index(of: position.anchor) ?? 0,
            selected: listing.index(of: position.selected), heightOf: { listing[$0].listedLines })
    }
}

/// The texts that y and Y copy.
extension DashboardState {
    var selectedID: String? {
        switch focus {
        case .deliveries: selectedDelivery.map { $0.commit ?? $0.guid }
        case .deployments: selectedDeployment?.commit
        case .apps: selectedApp?.id
        case .log: selectedLogLine.map { Text($0.text).string }
        case .hook: shown?.hook.id.map(String.init)
        }
    }

    var selectedURL: String? {
        switch focus {
        case .deliveries: selectedDelivery?.commit.flatMap(commitURL) ?? hookURL
        case .deployments: selectedDeployment.flatMap { commitURL($0.commit) }
        case .apps: selectedApp?.commit.flatMap(commitURL)
        case .log: relatedRows.deployment.flatMap { shown?.deployments[$0] }.flatMap { commitURL($0.commit) }
        case .hook: hookURL
        }
    }

    private var selectedLogLine: LogLine? {
        let lines = logLines
        return selectedLogIndex(in: lines).map { lines[$0] }
    }

    private var repositoryURL: String? {
        shown.map { "\($0.engine.webURL)/\($0.engine.renamedTo ?? $0.engine.fullName)" }
    }

    private var hookURL: String? {
        guard let repositoryURL, let id = shown?.hook.id else { return nil }
        return "\(repositoryURL)/settings/hooks/\(id)"
    }

    private func commitURL(_ commit: String) -> String? {
        repositoryURL.map { "\($0)/commit/\(commit)" }
    }
}
