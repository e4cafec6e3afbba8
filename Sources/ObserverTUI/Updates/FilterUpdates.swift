import ObserverEngine

extension Dashboard {
    mutating func openPrompt() {
        let before = state.detail == nil ? state.filter(of: state.focus) : state.searchTerm
        state.prompt = Prompt(before: before, deliveries: state.deliveries, deployments: state.deployments)
        narrow(to: SearchTerm(""))
    }

    /// In a pane, a term hides the other rows; in a detail view, it marks matches.
    mutating func narrow(to term: SearchTerm) {
        state.searchTerm = term
        guard state.detail == nil else { return }
        state.filters[state.focus] = term.isEmpty ? nil : term
        switch state.focus {
        case .deliveries:
            let listing = state.deliveryListing
            if listing.index(of: state.deliveries.selected) == nil, listing.count > 0 {
                state.deliveries = ListPosition(selected: listing[0].id, isChosen: true)
            }
        case .deployments:
            let listing = state.deploymentListing
            if listing.index(of: state.deployments.selected) == nil, listing.count > 0 {
                state.deployments = ListPosition(selected: listing[0].id, isChosen: true)
            }
        case .log, .hook:
            break
        }
        revealSelection()
    }

    mutating func clearFilter() {
        state.filters[state.focus] = nil
        revealSelection()
    }

    /// Goes to the next match of the last term.
    mutating func search(forward: Bool) {
        guard !state.searchTerm.isEmpty else {
            state.notice = .error("No search term. Press / to search.")
            return
        }
        if state.detail != nil { return searchText(forward: forward) }
        let term = state.searchTerm
        let filter = state.rowFilter(term)
        switch state.focus {
        case .deliveries:
            let listing = state.deliveryListing
            let index = listing.index(of: state.deliveries.selected) ?? -1
            let found = find(from: index, count: listing.count, forward) { filter.matches(listing[$0]) }
            if let found { selectDelivery(found) }
        case .deployments:
            let listing = state.deploymentListing
            let index = listing.index(of: state.deployments.selected) ?? -1
            let found = find(from: index, count: listing.count, forward) { filter.matches(listing[$0]) }
            if let found { selectDeployment(found) }
        case .log:
            let lines = state.logLines
            let index = state.selectedLogIndex(in: lines) ?? -1
            let found = find(from: index, count: lines.count, forward) { lines[$0].matches(term) }
            if let found { selectLogLine(found) }
        case .hook:
            break
        }
    }

    private mutating func searchText(forward: Bool) {
        guard let detail = state.detail else { return }
        let document = Document(detail, in: state)
        let term = state.searchTerm
        let found = find(from: detail.top, count: document.count, forward) { term.matches(document.line($0).string) }
        if let found { scrollDetail(to: found, in: document) }
    }

    /// Wraps around at the end; stays if nothing else matches.
    private func find(from index: Int, count: Int, _ forward: Bool, where matches: (Int) -> Bool) -> Int? {
        guard count > 0 else { return nil }
        return (1...count).lazy
            .map { step in (index + (forward ? step : count * 2 - step)) % count }
            .first(where: matches)
    }
}
