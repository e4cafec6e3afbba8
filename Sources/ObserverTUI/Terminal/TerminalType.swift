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
