/// The visible rows of a list whose rows may occupy several lines.
enum Viewport {
    /// The first row to show: the anchor, unless that hides the selected row or wastes space.
    static func first(
        count: Int, space: Int, anchor: Int, selected: Int?, heightOf: (Int) -> Int
    ) -> Int {
        guard count > 0, space > 0 else { return 0 }
        let last = lastFirst(count: count, space: space, heightOf: heightOf)
        var first = min(max(0, anchor), last)
        if let selected = selected.map({ min(max(0, $0), count - 1) }) {
            first = min(first, selected)
            first = max(first, lastFirst(count: selected + 1, space: space, heightOf: heightOf))
        }
        return first
    }

    /// The first row to show so that the last row is at the bottom.
    static func lastFirst(count: Int, space: Int, heightOf: (Int) -> Int) -> Int {
        guard count > 0 else { return 0 }
        var first = count - 1
        var left = space - heightOf(first)
        while first > 0 {
            left -= heightOf(first - 1)
            if left < 0 { break }
            first -= 1
        }
        return first
    }

    /// The row after the last visible row.
    static func end(first: Int, count: Int, space: Int, heightOf: (Int) -> Int) -> Int {
        var end = first
        var left = space
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
