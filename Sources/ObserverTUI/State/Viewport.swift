/// Which rows of a list fit on the screen, when rows may take several lines.
enum Viewport {
    /// The first row to show: where the anchor is, unless the selected row would be out of sight or room be wasted.
    static func first(
        count: Int, room: Int, anchor: Int, selected: Int?, heightOf: (Int) -> Int
    ) -> Int {
        guard count > 0, room > 0 else { return 0 }
        let last = lastFirst(count: count, room: room, heightOf: heightOf)
        var first = min(max(0, anchor), last)
        if let selected = selected.map({ min(max(0, $0), count - 1) }) {
            first = min(first, selected)
            first = max(first, lastFirst(count: selected + 1, room: room, heightOf: heightOf))
        }
        return first
    }

    /// The first row to show when the last one shall stand at the bottom.
    static func lastFirst(count: Int, room: Int, heightOf: (Int) -> Int) -> Int {
        guard count > 0 else { return 0 }
        var first = count - 1
        var left = room - heightOf(first)
        while first > 0 {
            left -= heightOf(first - 1)
            if left < 0 { break }
            first -= 1
        }
        return first
    }

    /// The row after the last one that is at least partly on the screen.
    static func end(first: Int, count: Int, room: Int, heightOf: (Int) -> Int) -> Int {
        var end = first
        var left = room
        while end < count, left > 0 {
            left -= heightOf(end)
            end += 1
        }
        return end
    }

    /// The row at a line of the viewport.
    static func row(atLine line: Int, first: Int, count: Int, heightOf: (Int) -> Int) -> Int? {
        var row = first
        var left = line
        while row < count {
            left -= heightOf(row)
            if left < 0 { return row }
            row += 1
        }
        return nil
    }
}
