/// The meaning of a piece of text. A theme maps it to colours.
struct Style: Hashable, Sendable {
    enum Ink: UInt8, Sendable, CaseIterable {
        case plain
        /// Less important.
        case secondary
        case accent
        case good
        /// In progress, or differs from the desired state.
        case busy
        case bad
    }

    enum Ground: UInt8, Sendable, CaseIterable {
        case plain
        /// The row that the keys act on.
        case selection
    }

    var ink: Ink = .plain
    var ground: Ground = .plain
    var isBold = false
    /// A match of the search term.
    var isMatch = false

    static let plain = Style()
    static let secondary = Style(ink: .secondary)
    static let accent = Style(ink: .accent)
    static let good = Style(ink: .good)
    static let busy = Style(ink: .busy)
    static let bad = Style(ink: .bad)
    static let bold = Style(isBold: true)

    var bold: Style {
        var style = self
        style.isBold = true
        return style
    }
}

/// Attributes for the terminal. Colours are palette indexes; nil is the terminal's default.
struct Look: Hashable, Sendable {
    var foreground: UInt8?
    var background: UInt8?
    var isBold = false
    var isDim = false
    var isReversed = false
    var isUnderlined = false
}

/// Maps styles to looks, depending on the terminal's number of colours. Readable on dark and light backgrounds.
package enum Theme: String, Sendable, CaseIterable {
    case mono
    case sixteen
    case many

    /// `colors` as the terminal reports it; `NO_COLOR` overrides it.
    package init(colors: Int, environment: [String: String]) {
        if let noColor = environment["NO_COLOR"], !noColor.isEmpty {
            self = .mono
        } else {
            self = colors >= 256 ? .many : colors >= 8 ? .sixteen : .mono
        }
    }

    func look(of style: Style) -> Look {
        var look = style.ground == .selection ? selected(style.ink) : plain(style.ink)
        look.isBold = look.isBold || style.isBold
        look.isUnderlined = style.isMatch
        return look
    }

    private func plain(_ ink: Style.Ink) -> Look {
        switch (self, ink) {
        case (_, .plain): Look()
        case (.many, .secondary): Look(foreground: 244)
        case (.many, .accent): Look(foreground: 33)
        case (.many, .good): Look(foreground: 34)
        case (.many, .busy): Look(foreground: 172)
        case (.many, .bad): Look(foreground: 167)
        case (_, .secondary): Look(isDim: true)
        case (.sixteen, .accent): Look(foreground: 6)
        case (.sixteen, .good): Look(foreground: 2)
        case (.sixteen, .busy): Look(foreground: 3)
        case (.sixteen, .bad): Look(foreground: 1)
        case (.mono, .accent), (.mono, .bad): Look(isBold: true)
        case (.mono, .good), (.mono, .busy): Look()
        }
    }

    /// The selected row has its own background, so its colours need not suit the terminal's.
    private func selected(_ ink: Style.Ink) -> Look {
        guard self == .many else {
            return self == .sixteen ? Look(foreground: 0, background: 6) : Look(isReversed: true)
        }
        let foreground: UInt8 =
            switch ink {
            case .plain, .accent: 255
            case .secondary: 251
            case .good: 120
            case .busy: 222
            case .bad: 217
            }
        return Look(foreground: foreground, background: 24)
    }
}
