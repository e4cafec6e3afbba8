import CNcurses

/// Finds the escape sequences that ncurses does not decode, such as late replies of the terminal to another program.
/// Source: https://vt100.net/emu/dec_ansi_parser
struct EscapeSequences {
    /// A slow connection may split a sequence. Later input is not part of it, so that Alt-P does not swallow every key.
    private static let longest = Duration.milliseconds(500)

    private enum Part {
        case none
        /// After an escape; intermediate bytes may follow.
        case escape
        case intermediates
        /// After `ESC O`: one character follows.
        case singleShift
        /// After `ESC [`: parameters and a final character follow.
        case control
        case parameters
        /// The rest of a sequence that is not in the standard.
        case rest(Int)
        /// DCS, OSC, PM, SOS or APC: everything until its terminator follows.
        case string
    }

    private var part = Part.none
    private var began: ContinuousClock.Instant?

    /// Removes the sequences, and the keys that are pressed together with Alt, from one batch of input. Keeps an escape
    /// that no character follows: the Escape key.
    mutating func removing(from inputs: [cn_input], at now: ContinuousClock.Instant) -> [cn_input] {
        if let began, began.duration(to: now) > Self.longest { part = .none }
        if case .none = part { began = now }
        var kept: [cn_input] = []
        for (index, input) in inputs.enumerated() {
            let next = index + 1 < inputs.count ? inputs[index + 1] : nil
            if !swallows(input, before: next) { kept.append(input) }
        }
        return kept
    }

    private mutating func swallows(_ input: cn_input, before next: cn_input?) -> Bool {
        if input.key == CN_KEY_ESCAPE { return beginsEscape(before: next) }
        switch input.key {
        case CN_KEY_PASTE_BEGIN, CN_KEY_PASTE_END, CN_KEY_CLICK, CN_KEY_WHEEL_UP, CN_KEY_WHEEL_DOWN:
            part = .none
            return false
        case CN_KEY_CHARACTER:
            break
        default:
            // Alt with a key that ncurses decodes, such as Alt-Enter.
            if case .string = part { return true }
            defer { part = .none }
            if case .none = part { return false } else { return true }
        }
        if let introducer = Self.introducer(eightBit: input.scalar) {
            part = introducer
            return true
        }
        guard case .none = part else {
            part = Self.following(part, input.scalar)
            return true
        }
        return false
    }

    private mutating func beginsEscape(before next: cn_input?) -> Bool {
        if case .string = part {
            // ESC \ ends a string, and a lone escape cancels it.
            part = next == nil ? .none : .escape
            return true
        }
        guard let next, ![CN_KEY_ESCAPE, CN_KEY_PASTE_BEGIN, CN_KEY_PASTE_END].contains(next.key) else {
            part = .none
            return false
        }
        part = .escape
        return true
    }

    private static func following(_ part: Part, _ value: UInt32) -> Part {
        switch part {
        case .none, .singleShift: .none
        case .escape: introducer(value)
        case .intermediates: isIntermediate(value) ? .intermediates : .none
        // The function keys of the Linux console, and mouse reports of X10.
        case .control where value == Ascii.bracket: .rest(1)
        case .control where value == Ascii.M: .rest(3)
        case .control, .parameters: isFinal(value) ? .none : .parameters
        case .rest(let count): count > 1 ? .rest(count - 1) : .none
        case .string: [Ascii.bell, Ascii.cancel, Ascii.substitute, 0x9C].contains(value) ? .none : .string
        }
    }

    /// The sequence that a character after an escape begins.
    private static func introducer(_ value: UInt32) -> Part {
        switch value {
        case Ascii.bracket: .control
        case Ascii.O, Ascii.N: .singleShift
        case Ascii.P, Ascii.X, Ascii.closingBracket, Ascii.caret, Ascii.underscore: .string
        default: isIntermediate(value) ? .intermediates : .none
        }
    }

    /// The sequence that a control character of ISO 6429 begins.
    private static func introducer(eightBit value: UInt32) -> Part? {
        (0x80...0x9B).contains(value) || (0x9D...0x9F).contains(value) ? introducer(value - 0x40) : nil
    }

    private static func isIntermediate(_ value: UInt32) -> Bool { (0x20...0x2F).contains(value) }
    private static func isFinal(_ value: UInt32) -> Bool { (0x40...0x7E).contains(value) }

    private enum Ascii {
        static let bell: UInt32 = 0x07
        static let cancel: UInt32 = 0x18
        static let substitute: UInt32 = 0x1A
        static let M: UInt32 = 0x4D
        static let N: UInt32 = 0x4E
        static let O: UInt32 = 0x4F
        static let P: UInt32 = 0x50
        static let X: UInt32 = 0x58
        static let bracket: UInt32 = 0x5B
        static let closingBracket: UInt32 = 0x5D
        static let caret: UInt32 = 0x5E
        static let underscore: UInt32 = 0x5F
    }
}
