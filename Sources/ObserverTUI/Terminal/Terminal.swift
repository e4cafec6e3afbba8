/// A terminal as the dashboard uses it. None of the calls waits for the terminal, but `close`.
protocol Terminal: Sendable {
    var size: Size { get }
    /// Ends when the terminal is gone.
    var events: AsyncStream<TerminalEvent> { get }

    /// Shows a picture, and tells when it has expired. One that was not shown yet is skipped.
    func show(_ canvas: Canvas)
    func setMouse(_ isOn: Bool)
    func copy(_ text: String)
    func repaint()
    /// Gives the terminal to the shell until the process is continued.
    func suspend()
    /// Returns when the terminal is as it was found.
    func close()
}

/// What a terminal tells.
enum TerminalEvent: Equatable, Sendable {
    case key(Key)
    case pasted(String)
    case mouse(MouseEvent)
    case resized(Size)
    /// The picture that is shown has expired, or the process slept.
    case expired
    /// The process was asked to end by a signal that nobody else takes care of.
    case ended(signal: Int32)
}

/// The terminal can't show the dashboard.
package struct TerminalUnavailable: Error, Equatable, CustomStringConvertible {
    package let type: String?

    package var description: String {
        let instead = "so there is no dashboard; -plain writes lines instead."
        guard let type, !type.isEmpty else { return "TERM is not set, \(instead)" }
        return "The terminal type \(type) is not known here (TERM), \(instead)"
    }
}
