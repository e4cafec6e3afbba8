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
    package let type: String?

    package var description: String {
        let instead = "so the dashboard can't be shown. Use -plain for log lines."
        guard let type, !type.isEmpty else { return "TERM is not set, \(instead)" }
        return "Unknown terminal type \(type) (TERM), \(instead)"
    }
}
