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

/// Maps styles to looks, depending on the terminal's number of colours and its background.
package enum Theme: String, Sendable, CaseIterable {
    case mono
    case sixteen
    /// 256 colours on a dark background.
    case dark
    /// 256 colours on a light background.
    case light

    /// - Parameters:
    ///   - colors: As the terminal reports it; `NO_COLOR` overrides it.
    ///   - background: What the operator chose; nil follows `COLORFGBG`, which some terminals set, else dark.
    package init(colors: Int, background: Background? = nil, environment: [String: String]) {
        if let noColor = environment["NO_COLOR"], !noColor.isEmpty {
            self = .mono
        } else if colors >= 256 {
            let background = background ?? environment["COLORFGBG"].flatMap(Background.init(colorFGBG:))
            self = background == .light ? .light : .dark
        } else {
            self = colors >= 8 ? .sixteen : .mono
        }
    }

    /// The background of the terminal.
    package enum Background: String, Sendable, CaseIterable {
        case dark
        case light

        /// Reads "0;15" or "0;default;15": the foreground and background as indexes of the 16 colours.
        init?(colorFGBG: String) {
            guard let index = colorFGBG.split(separator: ";").last.flatMap({ Int($0) }) else { return nil }
            self = index == 7 || index >= 9 ? .light : .dark
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
        case (.dark, .secondary): Look(foreground: 247)
        case (.dark, .accent): Look(foreground: 39)
        case (.dark, .good): Look(foreground: 71)
        case (.dark, .busy): Look(foreground: 178)
        case (.dark, .bad): Look(foreground: 203)
        case (.light, .secondary): Look(foreground: 241)
        case (.light, .accent): Look(foreground: 25)
        case (.light, .good): Look(foreground: 22)
        case (.light, .busy): Look(foreground: 94)
        case (.light, .bad): Look(foreground: 124)
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
        guard self == .dark || self == .light else {
            return self == .sixteen ? Look(foreground: 0, background: 6) : Look(isReversed: true)
        }
        let foreground: UInt8 =
            switch ink {
            case .plain, .accent: 255
            case .secondary: 253
            case .good: 157
            case .busy: 222
            case .bad: 224
            }
        return Look(foreground: foreground, background: 24)
    }
}
