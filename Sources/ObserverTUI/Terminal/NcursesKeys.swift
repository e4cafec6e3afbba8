import CNcurses

/// Decodes ncurses input into keys, mouse events and pasted text.
struct NcursesKeys {
    private static let longestPaste = 10_000

    private var pasted: String?
    private var sequences = EscapeSequences()

    /// Decodes one batch of input.
    mutating func events(for inputs: [cn_input], at now: ContinuousClock.Instant = .now) -> [TerminalEvent] {
        var events: [TerminalEvent] = []
        for input in sequences.removing(from: inputs, at: now) {
            guard let event = event(for: input) else { continue }
            if case .keys(let next) = event, case .keys(let earlier)? = events.last {
                events[events.count - 1] = .keys(earlier + next)
            } else {
                events.append(event)
            }
        }
        return events
    }

    private mutating func event(for input: cn_input) -> TerminalEvent? {
        switch input.key {
        case CN_KEY_PASTE_BEGIN:
            pasted = ""
            return nil
        case CN_KEY_PASTE_END:
            defer { pasted = nil }
            return pasted.map(TerminalEvent.pasted)
        default:
            break
        }
        guard pasted == nil else {
            collect(input)
            return nil
        }
        if let gesture = Self.gesture(input.key) {
            return .mouse(MouseEvent(gesture: gesture, column: Int(input.column), row: Int(input.row)))
        }
        return Self.key(input).map { .keys([$0]) }
    }

    private mutating func collect(_ input: cn_input) {
        guard let count = pasted?.utf8.count, count < Self.longestPaste else { return }
        if case .character(let character) = Self.key(input) { pasted?.append(character) }
        if input.key == CN_KEY_ENTER || input.key == CN_KEY_TAB { pasted?.append(" ") }
    }

    private static func gesture(_ key: cn_key) -> MouseEvent.Gesture? {
        switch key {
        case CN_KEY_CLICK: .click
        case CN_KEY_WHEEL_UP: .wheelUp
        case CN_KEY_WHEEL_DOWN: .wheelDown
        default: nil
        }
    }

    private static func key(_ input: cn_input) -> Key? {
        switch input.key {
        case CN_KEY_CHARACTER: character(input.scalar)
        case CN_KEY_UP: .up
        case CN_KEY_DOWN: .down
        case CN_KEY_LEFT: .left
        case CN_KEY_RIGHT: .right
        case CN_KEY_HOME: .home
        case CN_KEY_END: .end
        case CN_KEY_PAGE_UP: .pageUp
        case CN_KEY_PAGE_DOWN: .pageDown
        case CN_KEY_ENTER: .enter
        case CN_KEY_TAB: .tab
        case CN_KEY_BACK_TAB: .backTab
        case CN_KEY_BACKSPACE: .backspace
        case CN_KEY_ESCAPE: .escape
        default: nil
        }
    }

    private static func character(_ value: UInt32) -> Key? {
        if (1...26).contains(value) { return .control(Character(Unicode.Scalar(UInt8(value + 0x60)))) }
        guard value >= 0x20, let scalar = Unicode.Scalar(value) else { return nil }
        return .character(Character(scalar))
    }
}
