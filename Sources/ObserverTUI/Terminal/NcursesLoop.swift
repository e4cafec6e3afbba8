import CNcurses
import Foundation

/// The terminal's thread: sleeps until there is a key, an order, a new size or an expired frame.
struct NcursesLoop {
    private let painter: NcursesPainter
    private let mailbox: NcursesTerminal.Mailbox
    private let events: AsyncStream<TerminalEvent>.Continuation
    private let environment: [String: String]
    private var keys = NcursesKeys()
    private var shown: Canvas?
    private var expiry: Date?
    /// Whether another program has the terminal: it is neither read nor painted.
    private var isInBackground = false
    /// How often the process looks whether it is in the foreground again, in milliseconds: no signal reports it.
    private static let backgroundInterval: Int32 = 500

    init(
        theme: Theme, mailbox: NcursesTerminal.Mailbox, events: AsyncStream<TerminalEvent>.Continuation,
        environment: [String: String]
    ) {
        painter = NcursesPainter(theme: theme)
        self.environment = environment
        self.mailbox = mailbox
        self.events = events
    }

    func measure() -> Size {
        let size = cn_measure()
        return Size(columns: Int(size.columns), rows: Int(size.rows))
    }

    mutating func run() {
        while true {
            let wakeup = cn_wait(timeout)
            let returns = isInBackground || wakeup.continued || wakeup.modes_lost
            isInBackground = wakeup.in_background
            if !isInBackground {
                if returns { resume() } else if wakeup.resized { resize() }
            }
            if wakeup.stop_requested { suspend() }
            if wakeup.hung_up { return }
            if wakeup.input, !isInBackground { readKeys() }
            let orders = mailbox.take()
            if orders.closes { return }
            carryOut(orders)
            reportExpiry()
        }
    }

    /// Milliseconds until the frame expires; must not be too early.
    private var timeout: Int32 {
        if isInBackground { return Self.backgroundInterval }
        guard let expiry else { return -1 }
        let milliseconds = (expiry.timeIntervalSinceNow * 1000).rounded(.up)
        return Int32(min(max(milliseconds, 0), 86_400_000))
    }

    private mutating func carryOut(_ orders: TerminalOrders) {
        if let mouse = orders.mouse { cn_set_mouse(mouse) }
        if !isInBackground {
            for text in orders.copies { copy(text) }
            if orders.repaints { repaint() }
        }
        if let canvas = orders.canvas {
            if !isInBackground { painter.paint(canvas, over: shown) }
            shown = canvas
            expiry = canvas.expiry
        }
        if orders.suspends { suspend() }
    }

    private mutating func reportExpiry() {
        guard let expiry, expiry <= Date() else { return }
        self.expiry = nil
        events.yield(.expired)
    }

    private mutating func readKeys() {
        var inputs: [cn_input] = []
        var input = cn_input()
        while cn_read(&input) { inputs.append(input) }
        for event in keys.events(for: inputs) { events.yield(event) }
    }

    private func resize() {
        cn_resize(cn_measure())
        repaint()
        events.yield(.resized(measure()))
    }

    private func repaint() {
        cn_repaint()
        if let shown { painter.paint(shown, over: nil) }
    }

    private mutating func suspend() {
        cn_suspend("observer is suspended; type fg to return.\r\n")
        resume()
    }

    /// Later if the process was continued in the background: it would be stopped again.
    private mutating func resume() {
        isInBackground = !cn_in_foreground()
        guard !isInBackground else { return }
        cn_resume()
        resize()
    }

    private func copy(_ text: String) {
        let sequence = ClipboardSequence.sequence(for: text, environment)
        sequence.withCString { cn_send($0, Int32(sequence.utf8.count)) }
    }
}

/// Paints frames with ncurses, which sends only the differences.
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
