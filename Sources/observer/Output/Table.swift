import ObserverEngine
import ObserverTUI

/// Rows below headings, in columns as wide as their widest cell.
struct Table {
    struct Column {
        var title: String
        var isNumeric = false
        /// On a terminal, longer text is cut, so that it leaves space for the columns behind it.
        var widest = Int.max
        /// Whether it is cut further, down to its title, on a terminal that is too narrow for all columns.
        var isFlexible = false
    }

    private static let gap = "  "
    /// Where lines are cut, the last column keeps this width as long as flexible columns can be cut for it.
    private static let minimumWidth = 12
    /// A narrower last column is not wrapped: longer text has lines of its own below the row.
    private static let wrappedWidth = 24
    /// In front of the lines below a row.
    private static let indent = "    "

    let columns: [Column]
    var rows: [[TableCell]] = []

    init(_ columns: [Column]) {
        self.columns = columns
    }

    func lines(in style: TextStyle) -> [String] {
        let rows =
            style.width == nil ? self.rows : self.rows.map { row in zip(row, columns).map { $0.cut(to: $1.widest) } }
        let all = [columns.map { TableCell($0.title, .heading) }] + rows
        let widths = widths(of: all, in: style)
        return all.flatMap { lines(of: $0, widths: widths, in: style) }
    }

    /// The widths of the columns. On a terminal, the widest flexible ones are cut until all columns but the last fit.
    private func widths(of rows: [[TableCell]], in style: TextStyle) -> [Int] {
        var widths = columns.indices.map { index in rows.map { $0[index].columns }.max() ?? 0 }
        guard let width = style.width else { return widths }
        let last = style.isRedrawn ? min(widths.last ?? 0, Self.minimumWidth) : 0
        let flexible = columns.indices.filter { columns[$0].isFlexible }
        while start(of: widths) + last > width {
            let wide = flexible.filter { widths[$0] > TableCell(columns[$0].title).columns }
            guard let widest = wide.max(by: { widths[$0] < widths[$1] }) else { break }
            widths[widest] -= 1
        }
        return widths
    }

    /// Where the last column starts.
    private func start(of widths: [Int]) -> Int { widths.dropLast().reduce(0) { $0 + $1 + Self.gap.count } }

    private func lines(of row: [TableCell], widths: [Int], in style: TextStyle) -> [String] {
        guard let last = row.last else { return [] }
        let fields = row.indices.dropLast().map { index in
            let cell = row[index].cut(to: widths[index])
            let padding = String(repeating: " ", count: widths[index] - cell.columns)
            let text = cell.painted(in: style)
            return (columns[index].isNumeric ? padding + text : text + padding) + Self.gap
        }
        let start = start(of: widths)
        let space = max(0, (style.width ?? .max) - start)
        if style.isRedrawn || last.columns <= space {
            return [(fields.joined() + last.cut(to: space).painted(in: style)).trimmingTrailingBlanks]
        }
        if space < Self.wrappedWidth {
            let below = last.wrapped(to: (style.width ?? .max) - Self.indent.count)
            return [fields.joined().trimmingTrailingBlanks] + below.map { Self.indent + $0.painted(in: style) }
        }
        let margin = String(repeating: " ", count: start)
        return last.wrapped(to: space).enumerated().map { index, line in
            (index == 0 ? fields.joined() : margin) + line.painted(in: style)
        }
    }
}

/// Names with their values, one per line. Fields without a value are omitted.
struct FieldList {
    private(set) var entries: [(name: String, cell: TableCell, rank: RankedLine.Rank)] = []

    /// - Parameter rank: nil follows the tint.
    mutating func add(_ name: String, _ text: String?, _ tint: Tint = .plain, _ rank: RankedLine.Rank? = nil) {
        guard let text, !text.isEmpty else { return }
        entries.append((name, TableCell(text, tint), rank ?? RankedLine.Rank(tint)))
    }

    func lines(in style: TextStyle) -> [String] { rankedLines(in: style).map(\.text) }

    func rankedLines(in style: TextStyle) -> [RankedLine] {
        let width = entries.map(\.name.count).max() ?? 0
        return entries.map { entry in
            let padding = String(repeating: " ", count: width - entry.name.count)
            return RankedLine(
                style.paint(entry.name, .heading) + padding + "  " + entry.cell.painted(in: style), entry.rank)
        }
    }
}

/// A piece of text from any source, with control characters escaped.
struct TableCell: Equatable {
    private(set) var text: String
    let tint: Tint

    init(_ text: String?, _ tint: Tint = .plain) {
        self.text = (text ?? "").printable
        self.tint = tint
    }

    var columns: Int { text.unicodeScalars.reduce(0) { $0 + $1.columns } }

    func painted(in style: TextStyle) -> String { style.paint(text, tint) }

    /// Cuts text that is wider, and marks the cut with `…`.
    func cut(to width: Int) -> TableCell {
        guard columns > width else { return self }
        var cut = self
        var left = width - 1
        let kept = text.unicodeScalars.prefix { scalar in
            left -= scalar.columns
            return left >= 0
        }
        cut.text = width > 0 ? String(kept) + "…" : ""
        return cut
    }

    /// Breaks text that is wider into lines, between words where that is possible.
    func wrapped(to width: Int) -> [TableCell] {
        var lines: [TableCell] = []
        var rest = text.unicodeScalars[...]
        while !rest.isEmpty {
            // One character may have two columns.
            var left = max(2, width)
            let fitting = rest.prefix { scalar in
                left -= scalar.columns
                return left >= 0
            }
            var end = fitting.endIndex
            if end < rest.endIndex, let blank = rest[...end].lastIndex(of: " "), blank > rest.startIndex {
                end = blank
            }
            var line = self
            line.text = String(rest[..<end])
            lines.append(line)
            rest = rest[end...].drop { $0 == " " }
        }
        return lines
    }
}

extension Unicode.Scalar {
    fileprivate var columns: Int {
        switch DisplayWidth(self) {
        case .zero: 0
        case .one, .unknown: 1
        case .two: 2
        }
    }
}

extension String {
    /// Cuts a line that is wider, and marks the cut with `…`. The codes of colors have no width.
    func cutLine(to width: Int) -> String {
        guard TableCell(replacing(#/\u{1B}\[\d+m/#, with: "")).columns > width else { return self }
        var kept = ""
        var left = width - 1
        var isCode = false
        for scalar in unicodeScalars {
            if scalar == "\u{1B}" { isCode = true }
            if !isCode { left -= scalar.columns }
            guard left >= 0 else { break }
            kept.unicodeScalars.append(scalar)
            if scalar == "m" { isCode = false }
        }
        return kept + "…" + (kept.contains("\u{1B}") ? "\u{1B}[0m" : "")
    }

    fileprivate var trimmingTrailingBlanks: String {
        var text = self[...]
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
