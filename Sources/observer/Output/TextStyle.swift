import Foundation
import Glibc
import ObserverEngine

/// The style of text output.
struct TextStyle {
    var isColored = false
    /// The width of the terminal; nil if the output is not a terminal.
    var width: Int?
    /// The height of the terminal.
    var height: Int?
    /// Whether the output is redrawn in place: each line has one row, so longer text is cut instead of wrapped.
    var isRedrawn = false
    /// The time that ages refer to.
    var now = Date()
    /// Whether times are shown as ages.
    var showsAges = true

    /// Colors and a width on a terminal only; NO_COLOR is respected (https://no-color.org).
    static func standardOutput(_ environment: [String: String]) -> TextStyle {
        guard isatty(STDOUT_FILENO) == 1 else { return TextStyle() }
        let isColored = (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
        var size = winsize()
        let isKnown = ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
        guard isKnown else { return TextStyle(isColored: isColored) }
        return TextStyle(
            isColored: isColored, width: Int(size.ws_col), height: size.ws_row > 0 ? Int(size.ws_row) : nil)
    }

    /// `12 s ago`, or `2016-05-08T18:48:06Z`.
    func time(_ date: Date) -> String { showsAges ? date.age(at: now) : date.rfc3339 }

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
