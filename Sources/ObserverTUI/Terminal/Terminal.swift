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
