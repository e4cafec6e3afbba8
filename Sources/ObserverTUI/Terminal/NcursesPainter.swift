import CNcurses

/// Puts pictures on the screen of ncurses, which sends what differs from the one before.
struct NcursesPainter {
    let theme: Theme

    func paint(_ canvas: Canvas, over shown: Canvas?) {
        let shown = shown?.size == canvas.size ? shown : nil
        for row in 0..<canvas.size.rows where shown?.row(row) != canvas.row(row) {
            paint(canvas.row(row), at: row)
        }
        cn_flush(Int32(canvas.cursor?.column ?? -1), Int32(canvas.cursor?.row ?? 0))
    }

    private func paint(_ cells: ArraySlice<Cell>, at row: Int) {
        for (column, cell) in cells.enumerated() where !cell.isContinuation {
            let scalars = cell.scalars.map(\.value)
            cn_put(
                Int32(column), Int32(row), scalars, Int32(scalars.count), cell.isWide ? 2 : 1,
                cn_look(theme.look(of: cell.style)))
        }
    }
}

extension cn_look {
    fileprivate init(_ look: Look) {
        self.init(
            foreground: look.foreground.map(Int32.init) ?? -1, background: look.background.map(Int32.init) ?? -1,
            bold: look.isBold, dim: look.isDim, reverse: look.isReversed, underline: look.isUnderlined)
    }
}
