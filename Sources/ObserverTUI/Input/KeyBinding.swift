/// A row of the key map: what the key bar and the help say of a command.
struct KeyBinding: Equatable, Sendable {
    enum Section: String, Sendable, CaseIterable {
        case actions = "Actions"
        case move = "Move"
        case view = "View"
        case session = "Session"
    }

    let keys: [Key]
    let command: Command
    /// One or two words.
    let label: String
    /// A sentence.
    let help: String
    let section: Section
    /// The lower, the longer it stays in a bar that gets narrower; nil: in the help only.
    let bar: Int?

    init(
        _ keys: [Key], _ command: Command, _ label: String, _ help: String, in section: Section, bar: Int? = nil
    ) {
        self.keys = keys
        self.command = command
        self.label = label
        self.help = help
        self.section = section
        self.bar = bar
    }

    /// "Ctrl-D PgDn"
    var keyNames: String { keys.map(\.name).joined(separator: " ") }
}

extension Key {
    var name: String {
        switch self {
        case .character(" "): "Space"
        case .character(let character): String(character)
        case .control(let character): "Ctrl-\(character.uppercased())"
        case .up: "↑"
        case .down: "↓"
        case .left: "Left"
        case .right: "Right"
        case .home: "Home"
        case .end: "End"
        case .pageUp: "PgUp"
        case .pageDown: "PgDn"
        case .enter: "Enter"
        case .escape: "Esc"
        case .tab: "Tab"
        case .backTab: "Shift-Tab"
        case .backspace: "Backspace"
        }
    }
}
