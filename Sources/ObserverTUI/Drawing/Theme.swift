/// How styles look, by the number of colours of the terminal. Every look is readable on dark and on light.
package enum Theme: String, Sendable, CaseIterable {
    case mono
    case sixteen
    case many

    /// `colors` as the terminal says; `NO_COLOR` beats it.
    package init(colors: Int, environment: [String: String]) {
        if let refused = environment["NO_COLOR"], !refused.isEmpty {
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

    /// The selected row brings a ground of its own, so its inks need not fit the terminal's.
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
