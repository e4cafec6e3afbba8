/// What the mouse did over a cell.
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
