import ObserverEngine
import ObserverTUI

/// Rows below headings, in columns as wide as their widest cell.
struct Table {
    struct Column {
        var title: String
        var isNumeric = false
        /// On a terminal, longer text is cut, so that it leaves space for the columns behind it.
        var widest = Int.max
    }

    private static let gap = "  "
    /// The last column is never cut below this width.
    private static let minimumWidth = 12

    let columns: [Column]
    var rows: [[TableCell]] = []

    init(_ columns: [Column]) {
        self.columns = columns
    }

    func lines(in style: TextStyle) -> [String] {
        let rows =
            style.width == nil ? self.rows : self.rows.map { row in zip(row, columns).map { $0.cut(to: $1.widest) } }
        let all = [columns.map { TableCell($0.title, .heading) }] + rows
        let widths = columns.indices.map { index in all.map { $0[index].columns }.max() ?? 0 }
        return all.map { line(of: $0, widths: widths, in: style) }
    }

    private func line(of row: [TableCell], widths: [Int], in style: TextStyle) -> String {
        let last = columns.count - 1
        let fixed = widths.dropLast().reduce(0) { $0 + $1 + Self.gap.count }
        let fields = row.enumerated().map { index, cell in
            guard index < last else {
                let width = style.width.map { max(Self.minimumWidth, $0 - fixed) } ?? .max
                return cell.cut(to: width).painted(in: style)
            }
            let padding = String(repeating: " ", count: widths[index] - cell.columns)
            let text = cell.painted(in: style)
            return (columns[index].isNumeric ? padding + text : text + padding) + Self.gap
        }
        return fields.joined().trimmingTrailingBlanks
    }
}

/// Names with their values, one per line. Fields without a value are omitted.
struct FieldList {
    private(set) var entries: [(name: String, cell: TableCell)] = []

    mutating func add(_ name: String, _ text: String?, _ tint: Tint = .plain) {
        guard let text, !text.isEmpty else { return }
        entries.append((name, TableCell(text, tint)))
    }

    func lines(in style: TextStyle) -> [String] {
        let width = entries.map(\.name.count).max() ?? 0
        return entries.map { entry in
            let padding = String(repeating: " ", count: width - entry.name.count)
            return style.paint(entry.name, .heading) + padding + "  " + entry.cell.painted(in: style)
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
    fileprivate var trimmingTrailingBlanks: String {
        var text = self[...]
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
