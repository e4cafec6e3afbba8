import struct Foundation.Date

/// A grid of cells to draw on. Text outside the grid, or outside the given rectangle, is clipped.
struct Canvas: Equatable, Sendable {
    let size: Size
    let charset: Charset
    private(set) var cells: [Cell]
    /// The position of the terminal's cursor; nil hides it.
    var cursor: Position?
    /// The time at which part of this frame, such as a relative time, becomes outdated.
    private(set) var expiry: Date?
    /// While true, drawing does not set an expiry: the content is frozen.
    var isStill = false

    struct Position: Hashable, Sendable {
        var column: Int
        var row: Int
    }

    init(size: Size, charset: Charset = .unicode) {
        self.size = Size(columns: max(0, size.columns), rows: max(0, size.rows))
        self.charset = charset
        cells = Array(repeating: .blank, count: self.size.columns * self.size.rows)
    }

    var bounds: Rect { Rect(size) }

    func row(_ index: Int) -> ArraySlice<Cell> {
        cells[index * size.columns..<(index + 1) * size.columns]
    }

    /// Requests a redraw at this time.
    mutating func expires(at date: Date?) {
        guard let date, !isStill else { return }
        expiry = min(expiry ?? date, date)
    }

    /// Writes into the first line of the rectangle, `offset` columns from its left, and cuts off the rest.
    mutating func write(_ text: Text, in rect: Rect, offset: Int = 0) {
        guard !rect.isEmpty, offset < rect.columns else { return }
        put(text.truncated(to: rect.columns - offset), column: rect.column + offset, row: rect.row)
    }

    /// Writes at the right end of the rectangle's first line.
    mutating func writeRight(_ text: Text, in rect: Rect) {
        guard !rect.isEmpty else { return }
        let text = text.truncated(to: rect.columns)
        put(text, column: rect.endColumn - text.columns, row: rect.row)
    }

    mutating func clear(_ rect: Rect) {
        let line = Text.spaces(rect.columns)
        for row in rect.row..<rect.endRow { put(line, column: rect.column, row: row) }
    }

    /// Changes the style of cells that are already drawn.
    mutating func restyle(_ rect: Rect, _ change: (inout Style) -> Void) {
        for row in max(0, rect.row)..<max(0, min(rect.endRow, size.rows)) {
            for column in max(0, rect.column)..<max(0, min(rect.endColumn, size.columns)) {
                change(&cells[row * size.columns + column].style)
            }
        }
    }

    private mutating func put(_ text: Text, column: Int, row: Int) {
        guard (0..<size.rows).contains(row) else { return }
        let start = max(0, column)
        let end = min(size.columns, column + text.columns)
        guard start < end else { return }
        unpair(column: start, row: row)
        unpair(column: end, row: row)
        for target in start..<end {
            var cell = text.cells[target - column]
            let isCut = cell.isWide && target + 1 == end || cell.isContinuation && target == start
            if isCut { cell = Cell(" ", style: cell.style) }
            place(cell, at: row * size.columns + target)
        }
    }

    private mutating func place(_ cell: Cell, at index: Int) {
        guard charset == .ascii, !cell.base.isASCII || cell.isContinuation || cell.firstMark != nil else {
            cells[index] = cell
            return
        }
        let shown = cell.isContinuation ? "?" : charset.rendering(of: cell.base)
        cells[index] = Cell(shown, style: cell.style)
    }

    /// Replaces a wide character by two spaces if one of its halves is overwritten.
    private mutating func unpair(column: Int, row: Int) {
        guard (1..<size.columns).contains(column) else { return }
        let index = row * size.columns + column
        guard cells[index].isContinuation else { return }
        cells[index - 1] = Cell(" ", style: cells[index - 1].style)
        cells[index] = Cell(" ", style: cells[index].style)
    }
}

/// The characters that the terminal can show.
package enum Charset: String, Sendable, CaseIterable {
    case unicode
    case ascii

    func rendering(of scalar: Unicode.Scalar) -> Unicode.Scalar {
        guard self == .ascii, !scalar.isASCII else { return scalar }
        return Self.asciiSubstitutes[scalar] ?? "?"
    }

    private static let asciiSubstitutes: [Unicode.Scalar: Unicode.Scalar] = [
        "●": "*", "○": "o", "✓": "+", "✗": "x", "⊘": "%", "▸": ">", "▲": "!", "━": "=", "…": "~", "·": "-", "›": "/",
        "→": ">",
        "┃": "#", "–": "-", "↩": "<", "×": "x", "’": "'", "‘": "'", "“": "\"", "”": "\"",
        "─": "-", "│": "|", "╭": "+", "╮": "+", "╰": "+", "╯": "+", "├": "+", "┤": "+",
        "↑": "^", "↓": "v", "↵": "<",
    ]
}
