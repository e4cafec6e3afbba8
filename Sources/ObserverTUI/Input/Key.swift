/// A decoded key press.
package enum Key: Hashable, Sendable {
    case character(Character)
    case control(Character)
    case up, down, left, right
    case home, end, pageUp, pageDown
    case enter, escape, tab, backTab, backspace

    /// Whether a line of text contains it.
    var isText: Bool {
        if case .character = self { true } else { self == .enter }
    }
}

extension Key: ExpressibleByExtendedGraphemeClusterLiteral {
    package init(extendedGraphemeClusterLiteral value: Character) {
        self = .character(value)
    }
}

extension Key {
    var name: String {
        switch self {
        case .character(" "): "Space"
        case .character(let character): String(character)
        case .control(let character): "Ctrl-\(character.uppercased())"
        case .up: "↑"
        case .down: "↓"
        case .left: "Left"
        case .right: "Right"
        case .home: "Home"
        case .end: "End"
        case .pageUp: "PgUp"
        case .pageDown: "PgDn"
        case .enter: "Enter"
        case .escape: "Esc"
        case .tab: "Tab"
        case .backTab: "Shift-Tab"
        case .backspace: "Backspace"
        }
    }
}

/// A mouse click or wheel movement over a cell.
package struct MouseEvent: Hashable, Sendable {
    package enum Gesture: Hashable, Sendable {
        case click
        case wheelUp
        case wheelDown
    }

    package var gesture: Gesture
    package var column: Int
    package var row: Int

    package init(gesture: Gesture, column: Int, row: Int) {
        self.gesture = gesture
        self.column = column
        self.row = row
    }
}
