/// Which key does what: the one table that input, key bar and help share.
enum KeyMap {
    static func command(for key: Key) -> Command? { commands[key] }

    static func binding(of command: Command) -> KeyBinding? {
        bindings.first { $0.command == command }
    }

    static let bindings: [KeyBinding] = actions + moves + views + session

    private static let commands: [Key: Command] = Dictionary(
        bindings.flatMap { binding in binding.keys.map { ($0, binding.command) } },
        uniquingKeysWith: { first, _ in first })

    private static let actions: [KeyBinding] = [
        KeyBinding(
            ["r"], .register, "register", "Look at the webhook and repair what differs", in: .actions, bar: 3),
        KeyBinding(
            ["X"], .removeHook, "remove", "Remove the webhook: only polling sees pushes", in: .actions,
            bar: 7),
        KeyBinding(["D"], .deploy, "deploy", "Deploy the head of the branch", in: .actions, bar: 2),
        KeyBinding(
            ["B"], .rollback, "roll back", "Deploy the selected, earlier deployment again", in: .actions,
            bar: 5),
        KeyBinding(["R"], .replay, "replay", "Judge the selected delivery again", in: .actions, bar: 6),
        KeyBinding(
            ["P"], .pause, "pause", "Start no more deployments, or go on with them", in: .actions, bar: 4),
        KeyBinding(["c"], .cancel, "cancel", "Cancel the deployment that is under way", in: .actions, bar: 9),
        KeyBinding(["p"], .ping, "ping", "Ask GitHub for a ping, to see that it arrives", in: .actions),
    ]

    private static let moves: [KeyBinding] = [
        KeyBinding(["k", .up], .move(.up), "up", "One row up", in: .move),
        KeyBinding(["j", .down], .move(.down), "down", "One row down", in: .move),
        KeyBinding([.control("u")], .move(.halfPageUp), "half up", "Half a page up", in: .move),
        KeyBinding([.control("d")], .move(.halfPageDown), "half down", "Half a page down", in: .move),
        KeyBinding([.pageUp, .control("b")], .move(.pageUp), "page up", "One page up", in: .move),
        KeyBinding([.pageDown, .control("f")], .move(.pageDown), "page down", "One page down", in: .move),
        KeyBinding(["g", .home], .move(.first), "top", "To the newest row, or the beginning of a log", in: .move),
        KeyBinding(["G", .end], .move(.last), "end", "To the last row; a log follows its end", in: .move),
        KeyBinding([.tab, "l", .right], .nextPane, "next pane", "To the next pane", in: .move),
        KeyBinding([.backTab, "h", .left], .previousPane, "previous pane", "To the previous pane", in: .move),
        KeyBinding(["1"], .focus(.deliveries), "deliveries", "To the deliveries", in: .move),
        KeyBinding(["2"], .focus(.deployments), "deployments", "To the deployments", in: .move),
        KeyBinding(["3"], .focus(.log), "log", "To the log", in: .move),
        KeyBinding(["4"], .focus(.hook), "hook", "To the webhook", in: .move),
        KeyBinding([.enter], .open, "open", "Look closely at the selected row", in: .move, bar: 8),
        KeyBinding([.escape], .back, "back", "Close what is open; never quits", in: .move),
    ]

    private static let views: [KeyBinding] = [
        KeyBinding(["z"], .zoom, "zoom", "One pane on the whole screen", in: .view, bar: 11),
        KeyBinding(["/"], .filter, "filter", "Show only rows that contain a text", in: .view, bar: 10),
        KeyBinding(["n"], .nextMatch, "next", "To the next row that contains it", in: .view),
        KeyBinding(["N"], .previousMatch, "previous", "To the previous row that contains it", in: .view),
        KeyBinding(["F"], .follow, "follow", "Follow the log of the current deployment", in: .view),
        KeyBinding(["e"], .engineLog, "engine log", "The log of the engine, or of the deployment", in: .view),
        KeyBinding([" "], .freeze, "freeze", "Freeze the display; nothing is lost", in: .view),
        KeyBinding(["w"], .wrap, "wrap", "Wrap long lines", in: .view),
        KeyBinding(["t"], .times, "times", "Times relative, local or in UTC", in: .view),
    ]

    private static let session: [KeyBinding] = [
        KeyBinding(["y"], .copyID, "copy id", "Copy the commit or id of the selected row", in: .session),
        KeyBinding(["Y"], .copyURL, "copy URL", "Copy its address at GitHub", in: .session),
        KeyBinding(
            ["o"], .commandLine, "command", "The command line of the last action", in: .session),
        KeyBinding(["m"], .mouse, "mouse", "Mouse on or off", in: .session),
        KeyBinding(["?"], .help, "help", "This help; Enter runs the selected line", in: .session, bar: 1),
        KeyBinding([.control("l")], .redraw, "redraw", "Paint the screen anew", in: .session),
        KeyBinding([.control("z")], .suspend, "suspend", "Back to the shell; fg returns", in: .session),
        KeyBinding(["q"], .quit, "quit", "Back, and at the overview quit", in: .session, bar: 0),
        KeyBinding([.control("c")], .interrupt, "quit", "Quit from anywhere", in: .session),
    ]
}

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
