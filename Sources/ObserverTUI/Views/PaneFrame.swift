/// The border of a pane, with its title on the left and a count on the right: `╭─ 1 Deliveries ─ … ─ 14 ─╮`.
enum Frame {
    /// Shows the first note that fits.
    static func draw(
        title: Text, notes: [Text] = [], style: Style, in rect: Rect, into canvas: inout Canvas
    ) {
        guard rect.columns >= 2, rect.rows >= 2 else { return }
        let line = Text.repeated("─", rect.columns - 2, style)
        let side = Text("│", style)
        canvas.write(Text("╭", style) + line + Text("╮", style), in: rect)
        for row in 1..<rect.rows - 1 {
            canvas.write(side, in: rect.line(row))
            canvas.writeRight(side, in: rect.line(row))
        }
        canvas.write(Text("╰", style) + line + Text("╯", style), in: rect.line(rect.rows - 1))
        let margin = PaneFrame.titleOffset - 1
        let space = rect.inset(columns: margin, rows: 0).line(0)
        let note = notes.first { $0.columns + 8 <= space.columns } ?? Text()
        let titleSpace = space.columns - (note.isEmpty ? 0 : note.columns + 3)
        canvas.write(pad(title.truncated(to: max(0, titleSpace - 2))), in: space)
        canvas.writeRight(pad(note), in: space)
    }

    static func style(isFocused: Bool) -> Style { isFocused ? .accent : .secondary }

    private static func pad(_ text: Text) -> Text {
        text.isEmpty ? text : .spaces(1) + text + .spaces(1)
    }
}

/// The notes at the right end of a title.
enum PaneNote {
    /// The number of rows.
    static func count(shown: Int, total: Int, isFiltered: Bool) -> Text {
        Text(isFiltered ? "\(shown) of \(total)" : "\(total)", .secondary)
    }

    /// The number of newer rows above the first visible row, with a mark if a deployment among them is running, and how
    /// far the selected row is below the last visible row.
    static func hidden(above: Int, isRunning: Bool, selectedBelow: Int) -> [Text] {
        var texts: [Text] = []
        if above > 0 {
            texts.append(
                isRunning ? Text("↑\(above) newer ▸", .busy.bold) : Text("↑\(above) newer", .accent))
        }
        if selectedBelow > 0 { texts.append(Text("selected ↓\(selectedBelow)", .accent)) }
        return texts
    }

    /// The numbers of rows above and below the visible ones.
    static func hidden(above: Int, below: Int) -> [Text] {
        let parts = [above > 0 ? "↑\(above)" : nil, below > 0 ? "↓\(below)" : nil].compactMap { $0 }
        return parts.isEmpty ? [] : [Text(parts.joined(separator: " "), .accent)]
    }
}

/// The text of an empty pane: what will appear there, and what to do.
enum EmptyText {
    static func draw(_ sentence: String, in space: Rect, into canvas: inout Canvas) {
        let area = space.inset(columns: 1, rows: 0)
        for (index, line) in Text(sentence, .secondary).wrapped(to: area.columns).enumerated() where index < area.rows {
            canvas.write(line, in: area.line(index))
        }
    }
}
