import CNcurses
import Foundation

/// Whether the terminal of this process can show the dashboard.
package enum TerminalCheck {
    /// Call it before a dashboard runs.
    /// - Returns: nil if the dashboard can be shown.
    package static func problem(_ environment: [String: String]) -> TerminalUnavailable.Problem? {
        if case .failure(let problem) = entry(environment) { problem } else { nil }
    }

    /// The terminfo entry to use.
    static func entry(_ environment: [String: String]) -> Result<String, TerminalUnavailable.Problem> {
        guard isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1 else { return .failure(.notATerminal) }
        // Reading the terminal's modes would stop a process in the background. Without a controlling terminal there is no
        // foreground.
        let foreground = tcgetpgrp(STDIN_FILENO)
        guard foreground == -1 || foreground == getpgrp() else { return .failure(.background) }
        let type = environment["TERM"] ?? ""
        guard !type.isEmpty else { return .failure(.noType) }
        var isKnown = false
        for entry in TerminalType.entries(for: type) {
            switch cn_check_type(entry) {
            case CN_OPENED: return .success(entry)
            case CN_NO_CURSOR_ADDRESSING: isKnown = true
            default: break
            }
        }
        return .failure(isKnown ? .onlyLines(type) : .unknown(type))
    }
}

extension TerminalUnavailable.Problem: Error {}

/// Which terminfo entry describes a terminal.
enum TerminalType {
    /// Terminals that this machine may not know, by the beginning of their names, with entries that suit them.
    private static let families: [(beginning: String, entries: [String])] = [
        ("tmux", ["tmux-256color", "screen-256color", "screen"]), ("screen", ["screen-256color", "screen"]),
        ("rxvt", ["rxvt-unicode-256color", "rxvt"]), ("linux", ["linux"]), ("vt", ["vt220", "vt100"]),
        ("putty", ["xterm"]),
    ]

    private static let likeXterm = [
        "xterm", "alacritty", "contour", "foot", "ghostty", "gnome", "iterm", "kitty", "konsole", "mintty",
        "ms-terminal",
        "rio", "st-", "vscode", "vte", "wezterm",
    ]

    /// The entries to try, best first.
    static func entries(for type: String) -> [String] {
        let name = type.lowercased()
        let family = families.first { name.hasPrefix($0.beginning) }?.entries
        let xterm = likeXterm.contains { name.hasPrefix($0) } ? ["xterm-256color", "xterm"] : []
        return [type] + (family ?? xterm).filter { $0 != type }
    }
}
