/// The first visible row of a view whose items may occupy several rows.
struct ScrollPoint: Hashable, Sendable {
    /// The first item of which a part is visible.
    var item = 0
    /// How many of its rows are hidden.
    var row = 0

    /// The point at which the end of the view is at the bottom.
    static func last(count: Int, space: Int, heightOf: (Int) -> Int) -> ScrollPoint {
        var left = max(0, space)
        var item = count
        while item > 0, left > 0 {
            let height = heightOf(item - 1)
            guard height <= left else { return ScrollPoint(item: item - 1, row: height - left) }
            left -= height
            item -= 1
        }
        return ScrollPoint(item: item)
    }

    /// The point that is this number of rows further, or back if negative.
    func moved(by rows: Int, count: Int, heightOf: (Int) -> Int) -> ScrollPoint {
        var point = self
        point.row += rows
        while point.row < 0, point.item > 0 {
            point.item -= 1
            point.row += heightOf(point.item)
        }
        while point.item < count, case let height = heightOf(point.item), point.row >= height {
            point.row -= height
            point.item += 1
        }
        return point.row < 0 ? ScrollPoint() : point
    }

    func isBefore(_ other: ScrollPoint) -> Bool {
        (item, row) < (other.item, other.row)
    }
}
