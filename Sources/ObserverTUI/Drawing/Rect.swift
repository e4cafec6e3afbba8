/// A part of the screen. Its size is never negative.
struct Rect: Hashable, Sendable {
    let column: Int
    let row: Int
    let columns: Int
    let rows: Int

    init(column: Int, row: Int, columns: Int, rows: Int) {
        self.column = column
        self.row = row
        self.columns = max(0, columns)
        self.rows = max(0, rows)
    }

    init(_ size: Size) {
        self.init(column: 0, row: 0, columns: size.columns, rows: size.rows)
    }

    var size: Size { Size(columns: columns, rows: rows) }
    var endColumn: Int { column + columns }
    var endRow: Int { row + rows }
    var isEmpty: Bool { columns == 0 || rows == 0 }

    func contains(column: Int, row: Int) -> Bool {
        (self.column..<endColumn).contains(column) && (self.row..<endRow).contains(row)
    }

    /// The area inside a border or margins.
    func inset(columns: Int, rows: Int) -> Rect {
        Rect(
            column: column + columns, row: row + rows, columns: self.columns - 2 * columns, rows: self.rows - 2 * rows)
    }

    func line(_ index: Int) -> Rect {
        Rect(column: column, row: row + index, columns: columns, rows: index < rows ? 1 : 0)
    }

    func droppingFirst(rows count: Int) -> Rect {
        Rect(column: column, row: row + count, columns: columns, rows: rows - count)
    }

    /// The centre of the area, at most as large as the area.
    func centered(columns wantedColumns: Int, rows wantedRows: Int) -> Rect {
        let columns = min(wantedColumns, self.columns)
        let rows = min(wantedRows, self.rows)
        return Rect(
            column: column + (self.columns - columns) / 2, row: row + (self.rows - rows) / 2, columns: columns,
            rows: rows)
    }
}

/// The size of a terminal or of a part of it.
struct Size: Hashable, Sendable {
    var columns: Int
    var rows: Int
}
