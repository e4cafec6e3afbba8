/// Rows under headings, in columns as wide as their widest field.
struct Table {
    struct Column {
        var title: String
        var isNumeric = false
    }

    private static let gap = 2
    /// The last column is not cut to less.
    private static let leastWidth = 12

    let columns: [Column]
    var rows: [[Cell]] = []

    init(_ columns: [Column]) {
        self.columns = columns
    }

    func lines(in style: TextStyle) -> [String] {
        let headings = columns.map { Cell($0.title, .heading) }
        let widths = columns.indices.map { index in
            ([headings] + rows).map { $0[index].columns }.max() ?? 0
        }
        return ([headings] + rows).map { line(of: $0, widths: widths, in: style) }
    }

    private func line(of row: [Cell], widths: [Int], in style: TextStyle) -> String {
        let last = columns.count - 1
        let fixed = widths.dropLast().reduce(0) { $0 + $1 + Self.gap }
        let fields = row.enumerated().map { index, cell in
            guard index < last else {
                let width = style.width.map { max(Self.leastWidth, $0 - fixed) } ?? .max
                let cut = cell.cut(to: width)
                return style.paint(cut.text, cut.tint)
            }
            let padding = String(repeating: " ", count: widths[index] - cell.columns)
            let text = style.paint(cell.text, cell.tint)
            return (columns[index].isNumeric ? padding + text : text + padding) + "  "
        }
        return fields.joined().trimmingTrailingBlanks
    }
}

extension String {
    fileprivate var trimmingTrailingBlanks: String {
        var text = self[...]
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
