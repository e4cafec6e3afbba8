import ObserverEngine

/// The first line: repository, branch and connection.
enum StatusLineView {
    static func draw(_ state: DashboardState, in line: Rect, into canvas: inout Canvas) {
        let area = line.inset(columns: 1, rows: 0)
        var right = condition(state, into: &canvas)
        let full = Text("observer  ", .secondary) + name(state)
        let left = full.columns + 3 + right.columns <= area.columns ? full : name(state)
        for fact in facts(state, into: &canvas) {
            let wider = right + .spaces(3) + fact
            if left.columns + 3 + wider.columns <= area.columns { right = wider }
        }
        canvas.writeRight(right, in: area)
        let space = Rect(
            column: area.column, row: area.row, columns: area.columns - right.columns - 2, rows: area.rows)
        canvas.write(left, in: space)
    }

    private static func name(_ state: DashboardState) -> Text {
        guard let engine = state.shown?.engine else { return Text() }
        return Text(engine.fullName, .bold) + Text(" › ", .secondary) + Text(engine.branch, .bold)
    }

    /// Always shown.
    private static func condition(_ state: DashboardState, into canvas: inout Canvas) -> Text {
        var parts: [Text] = []
        if state.isFrozen {
            let waiting = state.changesSinceFrozen == 0 ? "" : ", \(state.changesSinceFrozen) new"
            parts.append(Text("frozen\(waiting)", .busy.bold))
        }
        if state.shown?.engine.isPaused == true { parts.append(Text("paused", .busy.bold)) }
        parts.append(connection(state, into: &canvas))
        return .joined(parts, by: "   ")
    }

    private static func connection(_ state: DashboardState, into canvas: inout Canvas) -> Text {
        switch state.connection {
        case .connecting:
            return Text("○ connecting", .busy)
        case .live:
            return Text("● live", .good)
        case .lost(let since, _, let retryAt):
            let age = canvas.stamp(.age(of: since, at: state.now))
            let next = canvas.stamp(.remaining(until: retryAt, at: state.now))
            let lost = age == "now" ? "✗ lost" : "✗ lost \(age) ago"
            return Text("\(lost), next try \(next == "now" ? "now" : "in \(next)")", .bad)
        }
    }

    /// Shown if there is space, most useful first.
    private static func facts(_ state: DashboardState, into canvas: inout Canvas) -> [Text] {
        var facts: [Text] = []
        if let engine = state.shown?.engine {
            facts.append(Text(engine.version, .secondary))
            let uptime = canvas.stamp(.uptime(since: engine.startedAt, at: state.now))
            facts.append(Text("up \(uptime)", .secondary))
        }
        facts.append(Text(canvas.stamp(state.timesClock.minute(state.now)), .secondary))
        if case .elsewhere(let address) = state.owner {
            facts.append(Text(address, .secondary).truncatedInTheMiddle(to: 30))
        }
        return facts
    }
}
