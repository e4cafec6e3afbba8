import Foundation
import Glibc

/// The style of text output.
struct TextStyle {
    var isColored = false
    /// The width that lines are cut to; nil if the output is not a terminal.
    var width: Int?
    /// The time that ages refer to.
    var now = Date()

    /// Colors and a width on a terminal only; NO_COLOR is respected (https://no-color.org).
    static func standardOutput(_ environment: [String: String]) -> TextStyle {
        guard isatty(STDOUT_FILENO) == 1 else { return TextStyle() }
        let isColored = (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
        var size = winsize()
        let isKnown = ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
        return TextStyle(isColored: isColored, width: isKnown ? Int(size.ws_col) : nil)
    }

    func paint(_ text: String, _ tint: Tint) -> String {
        guard isColored, let code = tint.code, !text.isEmpty else { return text }
        return "\u{1B}[\(code)m\(text)\u{1B}[0m"
    }
}

/// The meaning of a piece of text, shown as a color.
enum Tint {
    case plain, heading, good, bad, caution, faint

    /// The SGR code of ECMA-48; colors of the terminal's own palette, readable on dark and on light backgrounds.
    fileprivate var code: Int? {
        switch self {
        case .plain: nil
        case .heading: 1
        case .good: 32
        case .bad: 31
        case .caution: 33
        case .faint: 2
        }
    }
}
