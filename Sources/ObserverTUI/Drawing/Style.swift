/// What a piece of text means; a theme decides how that looks.
struct Style: Hashable, Sendable {
    enum Ink: UInt8, Sendable, CaseIterable {
        case plain
        /// Less important than the rest.
        case secondary
        case accent
        case good
        /// In progress, or not as we want it.
        case busy
        case bad
    }

    enum Ground: UInt8, Sendable, CaseIterable {
        case plain
        /// The row that the keys act upon.
        case selection
    }

    var ink: Ink = .plain
    var ground: Ground = .plain
    var isBold = false
    /// A place where the search term occurs.
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
