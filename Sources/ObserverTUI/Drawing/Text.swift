/// One line of styled text, as one cell per column.
struct Text: Hashable, Sendable {
    enum Alignment {
        case left
        case right
    }

    private(set) var cells: [Cell]

    init(_ string: String = "", _ style: Style = .plain) {
        cells = Sanitizer.cells(of: string, style: style)
    }

    private init(cells: [Cell]) {
        self.cells = cells
    }

    static func spaces(_ count: Int) -> Text {
        repeated(" ", count)
    }

    /// A line of one repeated character, which must be one column wide.
    static func repeated(_ character: Unicode.Scalar, _ count: Int, _ style: Style = .plain) -> Text {
        Text(cells: Array(repeating: Cell(character, style: style), count: max(0, count)))
    }

    static func joined(_ parts: [Text], by separator: String, _ style: Style = .plain) -> Text {
        var joined = Text()
        for (index, part) in parts.enumerated() {
            if index > 0 { joined += Text(separator, style) }
            joined += part
        }
        return joined
    }

    static func + (left: Text, right: Text) -> Text {
        Text(cells: left.cells + right.cells)
    }

    static func += (left: inout Text, right: Text) {
        left.cells += right.cells
    }

    var columns: Int { cells.count }
    var isEmpty: Bool { cells.isEmpty }

    /// The characters without their styles.
    var string: String {
        var scalars = String.UnicodeScalarView()
        for cell in cells where !cell.isContinuation { scalars.append(contentsOf: cell.scalars) }
        return String(scalars)
    }

    /// Cut at the end, with `…`, if longer than `columns`.
    func truncated(to columns: Int) -> Text {
        guard self.columns > columns else { return self }
        guard columns > 0 else { return Text() }
        return prefix(columns - 1) + ellipsis
    }

    /// Cut in the middle, with `…`: the ends of URLs and ids matter most.
    func truncatedInTheMiddle(to columns: Int) -> Text {
        guard self.columns > columns else { return self }
        guard columns > 0 else { return Text() }
        let tail = (columns - 1) / 2
        return prefix(columns - 1 - tail) + ellipsis + suffix(tail)
    }

    /// Cut at the start, with `…`: the end of text that is being typed matters most.
    func truncatedAtTheStart(to columns: Int) -> Text {
        guard self.columns > columns else { return self }
        guard columns > 0 else { return Text() }
        return ellipsis + suffix(columns - 1)
    }

    /// Exactly `columns` wide: cut or padded.
    func fitted(to columns: Int, _ alignment: Alignment = .left) -> Text {
        let text = truncated(to: columns)
        let padding = Text.spaces(columns - text.columns)
        return alignment == .left ? text + padding : padding + text
    }

    /// Broken at spaces if possible; later lines are indented. The minimum is two columns, for wide characters.
    func wrapped(to columns: Int, indent: Int = 0) -> [Text] {
        let columns = max(2, columns)
        let indent = indent < columns / 2 ? indent : 0
        var lines: [Text] = []
        var rest = self
        var space = columns
        while rest.columns > space {
            let cut = rest.lineBreak(within: space)
            lines.append(.spaces(columns - space) + rest.prefix(cut.end))
            rest = rest.dropping(cut.next)
            space = columns - indent
        }
        return lines + [.spaces(columns - space) + rest]
    }

    /// Underlines every match of the term.
    func marking(_ term: SearchTerm) -> Text {
        guard !term.isEmpty else { return self }
        var text = self
        for range in term.ranges(in: cells) {
            for index in range { text.cells[index].style.isMatch = true }
        }
        return text
    }

    private var ellipsis: Text { Text("…", cells.last?.style ?? .plain) }

    private func prefix(_ count: Int) -> Text {
        var kept = Array(cells.prefix(max(0, count)))
        if let last = kept.last, last.isWide { kept[kept.count - 1] = Cell(" ", style: last.style) }
        return Text(cells: kept)
    }

    private func suffix(_ count: Int) -> Text {
        var kept = Array(cells.suffix(max(0, count)))
        if let first = kept.first, first.isContinuation { kept[0] = Cell(" ", style: first.style) }
        return Text(cells: kept)
    }

    func dropping(_ count: Int) -> Text {
        Text(cells: Array(cells.dropFirst(count)))
    }

    /// The end of the first line and the start of the next.
    private func lineBreak(within space: Int) -> (end: Int, next: Int) {
        if let space = cells[...space].lastIndex(where: { $0.base == " " && !$0.isContinuation }), space > space / 2 {
            return (space, space + 1)
        }
        let end = cells[space].isContinuation ? space - 1 : space
        return (end, end)
    }
}

/// One column of one row: a character with up to two combining marks, or the right half of a wide character.
struct Cell: Hashable, Sendable {
    static let blank = Cell(" ")

    var base: Unicode.Scalar
    private(set) var firstMark: Unicode.Scalar?
    private(set) var secondMark: Unicode.Scalar?
    var isWide = false
    /// The right half of the wide character in the previous column.
    var isContinuation = false
    var style: Style

    init(_ base: Unicode.Scalar, style: Style = .plain) {
        self.base = base
        self.style = style
    }

    static func continuation(style: Style) -> Cell {
        var cell = Cell(" ", style: style)
        cell.isContinuation = true
        return cell
    }

    /// Drops marks after the second: they only paint over adjacent cells.
    mutating func combine(_ mark: Unicode.Scalar) {
        if firstMark == nil {
            firstMark = mark
        } else if secondMark == nil {
            secondMark = mark
        }
    }

    var scalars: [Unicode.Scalar] {
        [base, firstMark, secondMark].compactMap { $0 }
    }
}
