import ObserverEngine

extension DashboardState {
    var deliveryListing: Listing<DeliverySummary> {
        let term = filter(of: .deliveries)
        return Listing(shown?.deliveries ?? Feed(), where: term.isEmpty ? nil : { $0.matches(term) })
    }

    var deploymentListing: Listing<DeploymentSummary> {
        let term = filter(of: .deployments)
        return Listing(shown?.deployments ?? Feed(), where: term.isEmpty ? nil : { $0.matches(term) })
    }

    var selectedDelivery: DeliverySummary? {
        deliveries.selected.flatMap { shown?.deliveries[$0] }
    }

    var selectedDeployment: DeploymentSummary? {
        deployments.selected.flatMap { shown?.deployments[$0] }
    }

    /// What belongs to the selected row of the pane that has the focus.
    var strand: Strand {
        switch focus {
        case .deliveries:
            return selectedDelivery.map(Strand.init) ?? Strand()
        case .deployments:
            return selectedDeployment.map(Strand.init) ?? Strand()
        case .log:
            guard case .deployment(let id) = logSubject else { return Strand() }
            return shown?.deployments[id].map(Strand.init) ?? Strand()
        case .hook:
            return Strand()
        }
    }

    /// The first row that a list shows. A list at its beginning stays there: what is new must be seen.
    func first<Row>(in listing: Listing<Row>, at position: ListPosition, room: Int) -> Int {
        position.anchor == nil ? 0 : firstWithSelection(in: listing, at: position, room: room)
    }

    /// The first row to show so that the selected one is in sight.
    func firstWithSelection<Row>(in listing: Listing<Row>, at position: ListPosition, room: Int) -> Int {
        Viewport.first(
            count: listing.count, room: room, anchor: listing.index(of: position.anchor) ?? 0,
            selected: listing.index(of: position.selected), heightOf: { listing[$0].listedLines })
    }
}

/// A row that takes some lines of a list.
protocol ListedRow: Identifiable, Equatable, Sendable where ID == Int64 {
    var listedLines: Int { get }
}

extension DeliverySummary: ListedRow {
    var listedLines: Int { 1 }

    func matches(_ term: SearchTerm) -> Bool {
        term.matches(message) || term.matches(commit) || term.matches(event) || term.matches(branch)
            || term.matches(author) || term.matches(verdict.rawValue) || term.matches(reason) || term.matches(guid)
    }
}

extension DeploymentSummary: ListedRow {
    func matches(_ term: SearchTerm) -> Bool {
        term.matches(message) || term.matches(commit) || term.matches(author) || term.matches(trigger.rawValue)
            || term.matches(stage.rawValue) || term.matches(outcome)
    }

    /// What is under way or went wrong needs a second line to say so.
    var listedLines: Int {
        switch stage {
        case .fetching, .validating, .applying, .waiting: 2
        case .failed: outcome == nil ? 1 : 2
        case .queued, .succeeded, .superseded: 1
        }
    }
}
