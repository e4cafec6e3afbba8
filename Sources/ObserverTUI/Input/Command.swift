/// Everything a key can do.
enum Command: Hashable, Sendable {
    case move(Movement)
    case focus(Pane)
    case nextPane, previousPane
    case open, back, quit, interrupt
    case zoom, filter, nextMatch, previousMatch
    case follow, engineLog, freeze, wrap, times
    case copyID, copyURL, commandLine, mouse
    case help, redraw, suspend
    case register, removeHook, ping, deploy, rollback, replay, pause, cancel

    /// Whether it only moves the selection or the focus.
    var isMove: Bool {
        switch self {
        case .move, .focus, .nextPane, .previousPane: true
        default: false
        }
    }
}

/// A movement in a list or a detail view.
enum Movement: Hashable, Sendable {
    case up, down, pageUp, pageDown, halfPageUp, halfPageDown, first, last

    /// The target index among `count` rows, of which `page` fit on the screen.
    func target(from index: Int, count: Int, page: Int) -> Int {
        let page = max(1, page)
        let target =
            switch self {
            case .up: index - 1
            case .down: index + 1
            case .pageUp: index - page
            case .pageDown: index + page
            case .halfPageUp: index - max(1, page / 2)
            case .halfPageDown: index + max(1, page / 2)
            case .first: 0
            case .last: count - 1
            }
        return min(max(0, target), max(0, count - 1))
    }
}

/// The parts of the screen that can have the focus, in tab order.
enum Pane: Int, Hashable, Sendable, CaseIterable {
    case deliveries = 1
    case deployments
    case log
    case hook

    var name: String {
        switch self {
        case .deliveries: "Deliveries"
        case .deployments: "Deployments"
        case .log: "Log"
        case .hook: "Webhook"
        }
    }

    func moved(by step: Int) -> Pane {
        let all = Pane.allCases
        let index = (rawValue - 1 + step) % all.count
        return all[index < 0 ? index + all.count : index]
    }
}
