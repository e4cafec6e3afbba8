import ObserverEngine

extension Dashboard {
    mutating func move(_ movement: Movement) -> [DashboardEffect] {
        if state.detail != nil {
            scrollDetail(movement)
            return []
        }
        let page = state.layout.space(of: state.focus).rows
        switch state.focus {
        case .deliveries:
            if let row = state.deliveries.target(of: movement, in: state.deliveryListing, page: page) {
                selectDelivery(row)
            }
        case .deployments:
            if let row = state.deployments.target(of: movement, in: state.deploymentListing, page: page) {
                selectDeployment(row)
            }
        case .apps:
            if let row = state.apps.target(of: movement, in: state.appListing, page: page) { selectApp(row) }
        case .log:
            moveInLog(movement, page: page)
        case .hook:
            break
        }
        if movement == .first { followNewest() }
        return requestOlder()
    }

    mutating func selectDelivery(_ index: Int) {
        let listing = state.deliveryListing
        guard index < listing.count else { return }
        state.deliveries.choose(listing[index].id)
        revealSelection()
        if let deployment = listing[index].deployment { showLog(ofDeployment: deployment) }
    }

    mutating func selectDeployment(_ index: Int) {
        let listing = state.deploymentListing
        guard index < listing.count else { return }
        state.deployments.choose(listing[index].id)
        revealSelection()
        showLog(ofDeployment: listing[index].id)
    }

    mutating func selectApp(_ index: Int) {
        let listing = state.appListing
        guard index < listing.count else { return }
        state.apps.choose(listing[index].id)
        revealSelection()
        if let deployment = state.shown.flatMap({ RelatedRows(listing[index], in: $0).deployment }) {
            showLog(ofDeployment: deployment)
        }
    }

    /// - Parameter hiddenRows: How many of its rows are scrolled out of a pane that it does not fit into.
    mutating func selectLogLine(_ index: Int, hiddenRows: Int = 0) {
        let lines = state.logLines
        guard index < lines.count else { return }
        let space = state.layout.space(of: .log).size
        if state.log.isFollowing {
            let top = state.logTop(in: lines, space: space)
            state.log.anchor = lines[min(top.row > 0 ? top.item + 1 : top.item, index)].sequence
        }
        if state.log.source == .current, case .deployment(let id) = state.logSubject { state.log.keep(id) }
        state.log.selected = lines[index].sequence
        state.log.hiddenRows = hiddenRows
        state.log.anchor = lines[state.logTop(in: lines, space: space).item].sequence
    }

    /// Selects the first row of a list, which is the newest, until the operator selects another one.
    mutating func selectNewest() {
        guard let shown = state.shown else { return }
        if !state.deliveries.isChosen {
            let filter = state.rowFilter(state.filter(of: .deliveries))
            let newest = shown.deliveries.rows.first { filter.term.isEmpty || filter.matches($0) }
            state.deliveries = ListPosition(selected: newest?.id)
        }
        if !state.deployments.isChosen {
            let filter = state.rowFilter(state.filter(of: .deployments))
            let newest = shown.deployments.rows.first { filter.term.isEmpty || filter.matches($0) }
            state.deployments = ListPosition(selected: newest?.id)
        }
        if !state.apps.isChosen {
            let listing = state.appListing
            state.apps = ListPosition(selected: listing.count > 0 ? listing[0].id : nil)
        }
    }

    /// Moves the focus to a pane. If the operator chose a row, selects the row related to it.
    mutating func focus(_ pane: Pane) {
        let relatedRows = state.hasChosenRow ? state.relatedRows : RelatedRows()
        state.detail = nil
        state.focus = pane
        switch pane {
        case .deliveries:
            guard let id = relatedRows.delivery, state.shown?.deliveries[id] != nil else { break }
            state.deliveries.choose(id)
        case .deployments:
            guard let id = relatedRows.deployment, state.shown?.deployments[id] != nil else { break }
            state.deployments.choose(id)
        case .apps:
            let listing = state.appListing
            guard let row = (0..<listing.count).first(where: { relatedRows.contains(listing[$0]) }) else { break }
            state.apps.choose(listing[row].id)
        case .log, .hook:
            break
        }
        revealSelection()
    }

    mutating func resize(to size: Size) {
        state.size = size
        revealSelection()
    }

    /// Scrolls the focused list to the row that the operator chose.
    mutating func revealSelection() {
        switch state.focus {
        case .deliveries: reveal(\.deliveries, in: state.deliveryListing)
        case .deployments: reveal(\.deployments, in: state.deploymentListing)
        case .apps: reveal(\.apps, in: state.appListing)
        case .log, .hook: break
        }
    }

    private mutating func reveal<Row>(
        _ list: WritableKeyPath<DashboardState, ListPosition<Row>>, in listing: Listing<Row>
    ) {
        let position = state[keyPath: list]
        guard position.isChosen else { return }
        let space = state.layout.space(of: state.focus).rows
        let first = state.firstWithSelection(in: listing, at: position, space: space)
        state[keyPath: list].anchor = first == 0 ? nil : listing[first].id
    }

    /// Returns the focused list to its newest row, and the log to the current deployment.
    private mutating func followNewest() {
        switch state.focus {
        case .deliveries: state.deliveries = ListPosition()
        case .deployments: state.deployments = ListPosition()
        case .apps: state.apps = ListPosition()
        case .log, .hook: return
        }
        selectNewest()
        if state.log.source != .current { state.log = LogPosition() }
    }

    /// A line that is taller than the pane is scrolled first.
    private mutating func moveInLog(_ movement: Movement, page: Int) {
        let lines = state.logLines
        guard movement != .last, let index = state.selectedLogIndex(in: lines) else { return state.log.follow() }
        let space = state.layout.space(of: .log).size
        let overflow = { [state] (index: Int) in
            max(0, state.logHeight(of: lines[index], columns: space.columns) - space.rows)
        }
        let here = overflow(index)
        let hidden = state.log.isFollowing ? here : min(state.log.hiddenRows, here)
        if let rows = movement.rows(page: page), hidden + rows.signum() >= 0, hidden + rows.signum() <= here {
            return selectLogLine(index, hiddenRows: min(max(0, hidden + rows), here))
        }
        let target = movement.target(from: index, count: lines.count, page: page)
        selectLogLine(target, hiddenRows: target < index && movement != .first ? overflow(target) : 0)
    }

    private mutating func showLog(ofDeployment id: Int64) {
        if state.logSubject == .deployment(id) {
            state.log.choose(id)
        } else {
            state.log = LogPosition(source: .deployment(id))
        }
    }

    /// Requests older rows near the end of the known rows.
    private mutating func requestOlder() -> [DashboardEffect] {
        guard state.isLive, !state.isLoadingOlder, let mirror = state.shown else { return [] }
        let page = state.layout.space(of: state.focus).rows
        switch state.focus {
        case .deliveries:
            let listing = state.deliveryListing
            guard mirror.deliveries.canGrow, let oldest = mirror.deliveries.rows.last(where: { $0.id > 0 }),
                (listing.index(of: state.deliveries.selected) ?? 0) + page >= listing.count
            else { return [] }
            state.isLoadingOlder = true
            return [.loadOlderDeliveries(before: oldest.id)]
        case .deployments:
            let listing = state.deploymentListing
            guard mirror.deployments.canGrow, let oldest = mirror.deployments.oldest,
                (listing.index(of: state.deployments.selected) ?? 0) + page >= listing.count
            else { return [] }
            state.isLoadingOlder = true
            return [.loadOlderDeployments(before: oldest.id)]
        case .apps, .log, .hook:
            return []
        }
    }
}

extension ListPosition {
    /// The row that a movement selects; nil if the selection stays or follows the first row.
    fileprivate func target(of movement: Movement, in listing: Listing<Row>, page: Int) -> Int? {
        let index = listing.index(of: selected) ?? 0
        let target = movement.target(from: index, count: listing.count, page: page)
        return movement != .first && (target != index || isChosen) ? target : nil
    }
}
