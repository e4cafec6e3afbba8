/// The whole screen.
enum DashboardView {
    static func draw(_ state: DashboardState, into canvas: inout Canvas) {
        let layout = state.layout
        guard !layout.isTooSmall else { return TooSmallView.draw(into: &canvas) }
        canvas.isStill = state.shownTime != state.now
        if state.menu != nil {
            HelpView.draw(state, in: layout.body, into: &canvas)
        } else if let detail = state.detail {
            DetailView.draw(detail, state, in: layout.body, into: &canvas)
        } else {
            drawPanes(state, layout, into: &canvas)
        }
        if let dialog = state.dialog { DialogView.draw(dialog, in: layout.body, into: &canvas) }
        canvas.isStill = false
        StatusLineView.draw(state, in: layout.status, into: &canvas)
        KeyBarView.draw(state, in: layout.bar, into: &canvas)
    }

    private static func drawPanes(_ state: DashboardState, _ layout: Layout, into canvas: inout Canvas) {
        if let rect = layout.hook { WebhookView.draw(state, layout, in: rect, into: &canvas) }
        for (pane, rect) in layout.panes {
            switch pane {
            case .deliveries: DeliveriesView.draw(state, layout, in: rect, into: &canvas)
            case .deployments: DeploymentsView.draw(state, layout, in: rect, into: &canvas)
            case .apps: AppsView.draw(state, layout, in: rect, into: &canvas)
            case .log: LogView.draw(state, layout, in: rect, into: &canvas)
            case .hook: WebhookView.drawDocument(state, layout, in: rect, into: &canvas)
            }
        }
        if case .lost = state.connection {
            canvas.restyle(layout.body) { $0 = Style(ink: .secondary, ground: $0.ground) }
        }
    }
}

/// The message for a terminal that is too small.
enum TooSmallView {
    static func draw(into canvas: inout Canvas) {
        let need = "\(Layout.smallest.columns)x\(Layout.smallest.rows)"
        let lines = Text("Terminal too small (minimum \(need)).").wrapped(to: canvas.size.columns)
        for (index, line) in lines.enumerated() { canvas.write(line, in: canvas.bounds.line(index)) }
    }
}
