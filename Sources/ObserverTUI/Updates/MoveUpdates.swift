import ObserverEngine

extension Dashboard {
    mutating func move(_ movement: Movement) -> [DashboardEffect] {
        if let detail = state.detail {
            let document = Document(detail, in: state)
            let space = state.detailArea
            let last = document.lastTop(space: space, wraps: state.wraps)
            let top = movement.target(from: min(detail.top, last), count: last + 1, page: space.rows)
            state.detail?.top = top
            return []
        }
        let page = state.layout.space(of: state.focus).rows
        switch state.focus {
        case .deliveries:
            let listing = state.deliveryListing
            let index = listing.index(of: state.deliveries.selected) ?? 0
            let target = movement.target(from: index, count: listing.count, page: page)
            if movement == .first {
                followNewest()
            } else if target != index || state.deliveries.isChosen {
                selectDelivery(target)
            }
        case .deployments:
            let listing = state.deploymentListing
            let index = listing.index(of: state.deployments.selected) ?? 0
            let target = movement.target(from: index, count: listing.count, page: page)
            if movement == .first {
                followNewest()
            } else if target != index || state.deployments.isChosen {
                selectDeployment(target)
            }
        case .log:
            moveInLog(movement, page: page)
        case .hook:
            break
        }
        return requestOlder()
    }

    mutating func selectDelivery(_ index: Int) {
        let listing = state.deliveryListing
        guard index < listing.count else { return }
        state.deliveries.selected = listing[index].id
        state.deliveries.isChosen = true
        revealSelection()
        if let deployment = listing[index].deployment { showLog(ofDeployment: deployment) }
    }

    mutating func selectDeployment(_ index: Int) {
        let listing = state.deploymentListing
        guard index < listing.count else { return }
        state.deployments.selected = listing[index].id
        state.deployments.isChosen = true
        revealSelection()
        showLog(ofDeployment: listing[index].id)
    }

    mutating func selectLogLine(_ index: Int) {
        let lines = state.logLines
        guard index < lines.count else { return }
        let space = state.layout.space(of: .log)
        if state.log.isFollowing {
            state.log.anchor = lines[state.firstLogLine(in: lines, space: space.rows, columns: space.columns)].sequence
        }
        state.log.selected = lines[index].sequence
        state.log.anchor = lines[state.firstLogLine(in: lines, space: space.rows, columns: space.columns)].sequence
    }

    /// Selects the newest row of a list until the operator selects another one.
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
    }

    /// Moves the focus to a pane. If the operator chose a row, selects the row related to it.
    mutating func focus(_ pane: Pane) {
        let relatedRows = state.hasChosenRow ? state.relatedRows : RelatedRows()
        state.detail = nil
        state.focus = pane
        switch pane {
        case .deliveries:
            guard let id = relatedRows.delivery, state.shown?.deliveries[id] != nil else { break }
            state.deliveries.selected = id
            state.deliveries.isChosen = true
        case .deployments:
            guard let id = relatedRows.deployment, state.shown?.deployments[id] != nil else { break }
            state.deployments.selected = id
            state.deployments.isChosen = true
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
        let space = state.layout.space(of: state.focus).rows
        switch state.focus {
        case .deliveries where state.deliveries.isChosen:
            let listing = state.deliveryListing
            let first = state.firstWithSelection(in: listing, at: state.deliveries, space: space)
            state.deliveries.anchor = first == 0 ? nil : listing[first].id
        case .deployments where state.deployments.isChosen:
            let listing = state.deploymentListing
            let first = state.firstWithSelection(in: listing, at: state.deployments, space: space)
            state.deployments.anchor = first == 0 ? nil : listing[first].id
        case .deliveries, .deployments, .log, .hook:
            break
        }
    }

    /// Returns the focused list to its newest row, and the log to the current deployment.
    private mutating func followNewest() {
        switch state.focus {
        case .deliveries: state.deliveries = ListPosition()
        case .deployments: state.deployments = ListPosition()
        case .log, .hook: return
        }
        selectNewest()
        if state.log.source != .current { state.log = LogPosition() }
    }

    private mutating func moveInLog(_ movement: Movement, page: Int) {
        let lines = state.logLines
        guard movement != .last, let index = state.selectedLogIndex(in: lines) else { return state.log.follow() }
        selectLogLine(movement.target(from: index, count: lines.count, page: page))
    }

    private mutating func showLog(ofDeployment id: Int64) {
        if state.logSubject == .deployment(id) {
            // Keeps this log when the next deployment starts.
            state.log.source = .deployment(id)
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
        case .log, .hook:
            return []
        }
    }
}

extension Dashboard {
    mutating func point(_ event: MouseEvent) -> [DashboardEffect] {
        guard state.dialog == nil, state.prompt == nil, !state.layout.isTooSmall else { return [] }
        if let wheel = event.gesture.movement {
            guard state.menu == nil else { return press(wheel == .up ? .up : .down) }
            if state.detail == nil, let pane = pane(under: event), pane != state.focus { focus(pane) }
            return move(wheel)
        }
        guard state.menu == nil, state.detail == nil, let pane = pane(under: event) else { return [] }
        // Moving the focus may scroll the list.
        let row = row(under: event, in: pane)
        if pane != state.focus { focus(pane) }
        guard let row else { return [] }
        switch pane {
        case .deliveries: selectDelivery(row)
        case .deployments: selectDeployment(row)
        case .log: selectLogLine(row)
        case .hook: break
        }
        return []
    }

    private func pane(under event: MouseEvent) -> Pane? {
        state.layout.pane(atColumn: event.column, row: event.row)
    }

    private func row(under event: MouseEvent, in pane: Pane) -> Int? {
        let space = state.layout.space(of: pane)
        guard space.contains(column: event.column, row: event.row) else { return nil }
        let line = event.row - space.row
        switch pane {
        case .deliveries:
            let listing = state.deliveryListing
            return state.first(in: listing, at: state.deliveries, of: pane, space: space.rows) + line
        case .deployments:
            let listing = state.deploymentListing
            let first = state.first(in: listing, at: state.deployments, of: pane, space: space.rows)
            return Viewport.row(
                atLine: line, first: first, count: listing.count, heightOf: { listing[$0].listedLines })
        case .log:
            let lines = state.logLines
            let first = state.firstLogLine(in: lines, space: space.rows, columns: space.columns)
            return Viewport.row(
                atLine: line, first: first, count: lines.count,
                heightOf: { state.logHeight(of: lines[$0], columns: space.columns) })
        case .hook:
            return nil
        }
    }
}

extension MouseEvent.Gesture {
    fileprivate var movement: Movement? {
        switch self {
        case .wheelUp: .up
        case .wheelDown: .down
        case .click: nil
        }
    }
}
