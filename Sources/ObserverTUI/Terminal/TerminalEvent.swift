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
