/// Everything a key can do.
enum Command: Hashable, Sendable {
    case move(Movement)
    case focus(Pane)
    case nextPane, previousPane
    case open, back, quit, interrupt
    case zoom, filter, nextMatch, previousMatch
    case follow, engineLog, freeze, wrap, times
    case copyID, copyURL, commandLine, mouse
    case audit, help, redraw, suspend
    case register, removeHook, ping, deploy, rollback, replay, pause, cancel, approve, acceptRepository

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

    /// How many rows it scrolls a view of which `page` rows are visible; nil for its start and its end.
    func rows(page: Int) -> Int? {
        let page = max(1, page)
        return switch self {
        case .up: -1
        case .down: 1
        case .pageUp: -page
        case .pageDown: page
        case .halfPageUp: -max(1, page / 2)
        case .halfPageDown: max(1, page / 2)
        case .first, .last: nil
        }
    }
}

/// The parts of the screen that can have the focus, in the order of their keys, of Tab and of the screen.
enum Pane: Int, Hashable, Sendable, CaseIterable {
    case hook
    case deliveries
    case deployments
    case apps
    case log

    var name: String {
        switch self {
        case .hook: "Webhook"
        case .deliveries: "Deliveries"
        case .deployments: "Deployments"
        case .apps: "Apps"
        case .log: "Log"
        }
    }

    /// Whether it is a list of rows.
    var isList: Bool {
        switch self {
        case .deliveries, .deployments, .apps: true
        case .hook, .log: false
        }
    }
}
