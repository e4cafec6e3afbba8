/// Which characters the terminal can show.
package enum Charset: String, Sendable, CaseIterable {
    case unicode
    case ascii

    func rendering(of scalar: Unicode.Scalar) -> Unicode.Scalar {
        guard self == .ascii, !scalar.isASCII else { return scalar }
        return Self.asciiTwins[scalar] ?? "?"
    }

    private static let asciiTwins: [Unicode.Scalar: Unicode.Scalar] = [
        "●": "*", "○": "o", "✓": "+", "✗": "x", "▸": ">", "━": "=", "…": "~", "·": "-", "›": "/", "→": ">",
        "┃": "#", "–": "-", "’": "'", "‘": "'", "“": "\"", "”": "\"",
        "─": "-", "│": "|", "╭": "+", "╮": "+", "╰": "+", "╯": "+", "├": "+", "┤": "+",
        "↑": "^", "↓": "v", "↵": "<",
    ]
}
