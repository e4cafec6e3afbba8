import ObserverEngine

extension Dashboard {
    private static let historyLimit = 50

    mutating func openPrompt() {
        guard state.focus != .hook || state.menu != nil || state.detail != nil else {
            state.notice = .error("Nothing to filter here.", at: state.now)
            return
        }
        let before = state.menu?.filter ?? state.detail?.search ?? state.filter(of: state.focus)
        state.prompt = Prompt(before: before, positions: state.positions)
        narrow(to: SearchTerm(""))
    }

    /// In a pane or in the help, a term hides the other rows; in a detail view, it marks matches.
    mutating func narrow(to term: SearchTerm) {
        if state.menu != nil {
            state.menu = HelpMenu(filter: term)
            return
        }
        state.searchTerm = term
        guard state.detail == nil else {
            state.detail?.search = term
            state.detail?.match = nil
            return
        }
        state.filters[state.focus] = term.isEmpty ? nil : term
        // Each letter starts from there: the rows that fewer letters found are not chosen.
        if let start = state.prompt?.positions { state.positions = start }
        switch state.focus {
        case .deliveries: state.deliveries.keepVisible(in: state.deliveryListing)
        case .deployments: state.deployments.keepVisible(in: state.deploymentListing)
        case .apps: state.apps.keepVisible(in: state.appListing)
        case .log, .hook:
            break
        }
        revealSelection()
    }

    /// Types into the prompt.
    mutating func type(_ key: Key) {
        guard var prompt = state.prompt else { return }
        switch key {
        case .enter:
            state.prompt = nil
            remember(prompt.text)
            if state.menu == nil, state.detail == nil { apply(prompt) }
            if state.menu == nil, state.detail != nil, !prompt.text.isEmpty { search(forward: true) }
            return
        case .escape, .control("c"):
            state.prompt = nil
            state.positions = prompt.positions
            narrow(to: prompt.before)
            return
        case .character(let character) where prompt.text.count < 200: prompt.text.append(character)
        case .backspace: _ = prompt.text.popLast()
        case .control("u"): prompt.text = ""
        case .control("w"): prompt.text.removeLastWord()
        case .up: prompt.recall(from: state.searchHistory, by: 1)
        case .down: prompt.recall(from: state.searchHistory, by: -1)
        default: return
        }
        state.prompt = prompt
        narrow(to: SearchTerm(prompt.text))
    }

    /// Returns to the position from before the filter, unless the operator has selected another row meanwhile.
    mutating func clearFilter() {
        state.filters[state.focus] = nil
        if let start = state.filterStarts.removeValue(forKey: state.focus),
            start.found.isSame(as: state.positions, in: state.focus)
        {
            restore(start.before)
        }
        revealSelection()
    }

    /// Keeps the filter, and the position to return to.
    private mutating func apply(_ prompt: Prompt) {
        guard !prompt.text.isEmpty else { return clearFilter() }
        let earlier = state.filterStarts[state.focus].flatMap { start in
            start.found.isSame(as: prompt.positions, in: state.focus) ? start.before : nil
        }
        state.filterStarts[state.focus] = FilterStart(
            before: earlier ?? prompt.positions, found: state.positions)
    }

    /// A row that no longer exists is replaced by the newest one.
    private mutating func restore(_ positions: ListPositions) {
        switch state.focus {
        case .deliveries:
            let isKnown = positions.deliveries.selected.flatMap { state.shown?.deliveries[$0] } != nil
            state.deliveries = isKnown && positions.deliveries.isChosen ? positions.deliveries : ListPosition()
        case .deployments:
            let isKnown = positions.deployments.selected.flatMap { state.shown?.deployments[$0] } != nil
            state.deployments = isKnown && positions.deployments.isChosen ? positions.deployments : ListPosition()
        case .apps:
            let isKnown = state.shown?.apps?.apps.contains { $0.id == positions.apps.selected } == true
            state.apps = isKnown && positions.apps.isChosen ? positions.apps : ListPosition()
        case .log, .hook:
            break
        }
    }

    /// Goes to the next match of the last term.
    mutating func search(forward: Bool) {
        if state.detail?.search.isEmpty == true { state.detail?.search = state.searchTerm }
        let term = state.detail?.search ?? state.searchTerm
        guard !term.isEmpty else {
            state.notice = .error("No search term. Press / to search.", at: state.now)
            return
        }
        if !goToMatch(of: term, forward: forward) {
            state.notice = .error("No match for \"\(term.text)\".", at: state.now)
        }
    }

    private mutating func goToMatch(of term: SearchTerm, forward: Bool) -> Bool {
        if state.detail != nil { return searchText(for: term, forward: forward) }
        let filter = state.rowFilter(term)
        switch state.focus {
        case .deliveries:
            let listing = state.deliveryListing
            let index = listing.index(of: state.deliveries.selected) ?? -1
            let found = find(from: index, count: listing.count, forward) { filter.matches(listing[$0]) }
            if let found { selectDelivery(found) }
            return found != nil
        case .deployments:
            let listing = state.deploymentListing
            let index = listing.index(of: state.deployments.selected) ?? -1
            let found = find(from: index, count: listing.count, forward) { filter.matches(listing[$0]) }
            if let found { selectDeployment(found) }
            return found != nil
        case .apps:
            let listing = state.appListing
            let index = listing.index(of: state.apps.selected) ?? -1
            let found = find(from: index, count: listing.count, forward) { filter.matches(listing[$0]) }
            if let found { selectApp(found) }
            return found != nil
        case .log:
            let lines = state.logLines
            let index = state.selectedLogIndex(in: lines) ?? -1
            let found = find(from: index, count: lines.count, forward) { lines[$0].matches(term) }
            if let found { selectLogLine(found) }
            return found != nil
        case .hook:
            return false
        }
    }

    private mutating func searchText(for term: SearchTerm, forward: Bool) -> Bool {
        guard let detail = state.detail else { return false }
        let document = Document(detail, in: state)
        let start = detail.match ?? (forward ? detail.top.item - 1 : detail.top.item)
        let found = find(from: start, count: document.count, forward) { term.matches(document.line($0).string) }
        guard let found else { return false }
        state.detail?.match = found
        scrollDetail(to: found, in: document)
        return true
    }

    /// Wraps around at the end; stays if nothing else matches.
    private func find(from index: Int, count: Int, _ forward: Bool, where matches: (Int) -> Bool) -> Int? {
        guard count > 0 else { return nil }
        return (1...count).lazy
            .map { step in (index + (forward ? step : count * 2 - step)) % count }
            .first(where: matches)
    }

    private mutating func remember(_ text: String) {
        guard !text.isEmpty else { return }
        state.searchHistory.removeAll { $0 == text }
        state.searchHistory.append(text)
        if state.searchHistory.count > Self.historyLimit { state.searchHistory.removeFirst() }
    }
}

extension ListPosition {
    /// Selects the first row if the selected one is hidden.
    fileprivate mutating func keepVisible(in listing: Listing<Row>) {
        guard listing.index(of: selected) == nil, listing.count > 0 else { return }
        self = ListPosition(selected: listing[0].id, isChosen: true)
    }
}

extension Prompt {
    /// Shows an older term, or a newer one if the step is negative.
    fileprivate mutating func recall(from history: [String], by step: Int) {
        let target = (recalled ?? -1) + step
        guard target < history.count else { return }
        recalled = target < 0 ? nil : target
        text = recalled.map { history[history.count - 1 - $0] } ?? ""
    }
}

extension String {
    fileprivate mutating func removeLastWord() {
        while last == " " { removeLast() }
        while let last, last != " " { removeLast() }
    }
}
