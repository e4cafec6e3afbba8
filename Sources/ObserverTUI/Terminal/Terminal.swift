/// A terminal for the dashboard. Only `close` waits for the terminal.
protocol Terminal: Sendable {
    var size: Size { get }
    /// Ends when the terminal is gone.
    var events: AsyncStream<TerminalEvent> { get }

    /// Shows a frame, and reports its expiry. Skips earlier frames that were not shown yet.
    func show(_ canvas: Canvas)
    func setMouse(_ isOn: Bool)
    func copy(_ text: String)
    func repaint()
    /// Returns the terminal to the shell until the process is continued.
    func suspend()
    /// Restores the terminal, then returns; soon, even if the terminal accepts no output.
    func close() async
}

/// An event from the terminal.
enum TerminalEvent: Equatable, Sendable {
    /// Keys that arrived together: usually one.
    case keys([Key])
    case pasted(String)
    case mouse(MouseEvent)
    case resized(Size)
    /// The frame has expired, or the process was suspended.
    case expired
    /// The process received a signal that ends it and has no other handler.
    case ended(signal: Int32)
}

/// The terminal can't show the dashboard.
package struct TerminalUnavailable: Error, Equatable, CustomStringConvertible {
    package enum Problem: Equatable, Sendable {
        case notATerminal
        /// Another process group has the terminal, as after `observer &`.
        case background
        case noType
        case unknown(String)
        /// A terminal that can't move its cursor, such as `dumb`.
        case onlyLines(String)
    }

    package let problem: Problem
    package let owner: EngineOwner

    package init(problem: Problem, owner: EngineOwner) {
        self.problem = problem
        self.owner = owner
    }

    package var description: String { "\(reason) \(remedy)" }

    private var reason: String {
        switch problem {
        case .notATerminal: "The dashboard needs a terminal for input and output."
        case .background: "The dashboard can't run in the background."
        case .noType: "TERM is not set, so the dashboard can't be shown."
        case .unknown(let type): "Unknown terminal type \(type) (TERM), so the dashboard can't be shown."
        case .onlyLines(let type): "A terminal of type \(type) (TERM) can only print lines, not the dashboard."
        }
    }

    private var remedy: String {
        let advice =
            switch problem {
            case .unknown, .noType: "Set TERM to a similar type, such as xterm-256color, or use"
            case .background: "Start it without '&', or use"
            case .notATerminal, .onlyLines: "Use"
            }
        switch owner {
        case .thisProcess: return "\(advice) -plain for log lines."
        case .elsewhere: return "\(advice) 'observer status' or 'observer logs -f' instead."
        }
    }
}
