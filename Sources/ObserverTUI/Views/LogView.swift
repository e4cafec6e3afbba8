import ObserverEngine

/// The log of a deployment, or the engine log.
enum LogView {
    static func draw(_ state: DashboardState, _ layout: Layout, in rect: Rect, into canvas: inout Canvas) {
        let lines = state.logLines
        let filter = state.filter(of: .log)
        let isFocused = state.focus == .log
        let tabs = PaneTabs(
            of: .log, detail: state.titleDetail(of: .log), in: layout, focus: state.focus, columns: rect.columns)
        Frame.draw(
            title: tabs.text, notes: [note(state, lines)], style: Frame.style(isFocused: isFocused), in: rect,
            into: &canvas)
        let space = layout.space(of: .log)
        guard !lines.isEmpty else {
            return EmptyText.draw(emptySentence(state), in: rect.inset(columns: 1, rows: 1), into: &canvas)
        }
        let selected = isFocused ? state.selectedLogIndex(in: lines) : nil
        let top = state.logTop(in: lines, space: space.size)
        var index = top.item
        var row = -top.row
        while index < lines.count, row < space.rows {
            let entry = LogText(lines[index], clock: state.timesClock)
            for text in state.wraps ? entry.wrapped(to: space.columns) : [entry.text] {
                defer { row += 1 }
                guard row >= 0, row < space.rows else { continue }
                canvas.write(text.marking(filter), in: space.line(row))
                if index == selected {
                    canvas.restyle(space.inset(columns: -1, rows: 0).line(row)) { $0.ground = .selection }
                }
            }
            index += 1
        }
    }

    private static func note(_ state: DashboardState, _ lines: [LogLine]) -> Text {
        guard !lines.isEmpty else { return Text() }
        guard let index = state.log.selected.flatMap({ _ in state.selectedLogIndex(in: lines) }) else {
            return Text("follow", .good)
        }
        return Text("\(index + 1) of \(lines.count)", .secondary)
    }

    private static func emptySentence(_ state: DashboardState) -> String {
        let filter = state.filter(of: .log)
        if !filter.isEmpty { return "No line matches \"\(filter.text)\". Press Esc to show all." }
        guard case .deployment(let id) = state.logSubject else {
            return "Engine log: no entries yet."
        }
        return switch state.logRequests[id] {
        case .failed(let reason): "Could not read the log: \(reason)"
        case .loaded: "No log entries yet\(state.turn(of: id).map { ": \($0)" } ?? "")."
        case .sent, nil: "Loading the log…"
        }
    }
}
