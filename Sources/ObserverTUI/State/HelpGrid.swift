/// The places of the keys in the help, in one column or two.
struct HelpGrid {
    private static let twoColumns = 116

    let columns: Int
    /// The first visible row of each column.
    let first: Int
    /// The rows of a column, visible or not.
    let rows: Int
    private let count: Int
    private let space: Rect

    init(count: Int, selected: Int, in space: Rect) {
        columns = space.columns >= Self.twoColumns && count > space.rows ? 2 : 1
        let rows = (count + columns - 1) / columns
        self.rows = rows
        self.count = count
        self.space = space
        let row = rows > 0 ? selected % rows : 0
        first = Viewport.first(
            count: rows, space: space.rows, anchor: row - space.rows / 2, selected: row, heightOf: { _ in 1 })
    }

    /// How many rows are below the last visible one.
    var rowsBelow: Int { max(0, rows - first - space.rows) }

    /// The width of a column.
    var width: Int { columns == 1 ? space.columns : (space.columns - 2) / 2 }

    /// The area of a key; nil if it is not visible.
    func rect(of index: Int) -> Rect? {
        guard rows > 0, (first..<first + space.rows).contains(index % rows) else { return nil }
        let column = index / rows
        return Rect(
            column: space.column + column * (width + 2), row: space.row + index % rows - first, columns: width, rows: 1)
    }

    /// The key at a position.
    func index(atColumn column: Int, row: Int) -> Int? {
        (0..<count).first { rect(of: $0)?.contains(column: column, row: row) == true }
    }

    /// The key in the next or previous column.
    func adjacent(to index: Int, by step: Int) -> Int {
        let target = index + step * rows
        return columns > 1 && (0..<count).contains(target) ? target : index
    }
}

extension DashboardState {
    /// The area inside the border of the help.
    var helpArea: Rect { layout.body.inset(columns: 1, rows: 1) }

    func helpGrid(of menu: HelpMenu) -> HelpGrid {
        HelpGrid(count: menu.bindings.count, selected: menu.selected, in: helpArea.inset(columns: 1, rows: 0))
    }
}
