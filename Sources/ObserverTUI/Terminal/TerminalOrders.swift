/// What the terminal's thread is to do next, collected until it looks.
struct TerminalOrders: Sendable {
    var canvas: Canvas?
    var mouse: Bool?
    var copies: [String] = []
    var repaints = false
    var suspends = false
    var closes = false
}
