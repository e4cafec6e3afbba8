/// What the terminal is asked for: colours by their number, its own where nil.
struct Look: Hashable, Sendable {
    var foreground: UInt8?
    var background: UInt8?
    var isBold = false
    var isDim = false
    var isReversed = false
    var isUnderlined = false
}
