/// The key bindings, shared by input, key bar and help.
enum KeyMap {
    static func command(for key: Key) -> Command? { commands[key] }

    static let bindings: [KeyBinding] = actions + moves + views + session

    private static let commands: [Key: Command] = Dictionary(
        bindings.flatMap { binding in binding.keys.map { ($0, binding.command) } },
        uniquingKeysWith: { first, _ in first })

    private static let actions: [KeyBinding] = [
        KeyBinding(["r"], .register, "register", "Check and repair the webhook", in: .actions, bar: 3),
        KeyBinding(
            ["X"], .removeHook, "remove", "Remove the webhook from GitHub", in: .actions, bar: 7),
        KeyBinding(["D"], .deploy, "deploy", "Deploy the head of the branch", in: .actions, bar: 2),
        KeyBinding(["B"], .rollback, "roll back", "Roll back to the selected deployment", in: .actions, bar: 5),
        KeyBinding(["R"], .replay, "replay", "Replay the selected delivery", in: .actions, bar: 6),
        KeyBinding(["P"], .pause, "pause", "Pause or resume deployments", in: .actions, bar: 4),
        KeyBinding(["A"], .approve, "approve", "Approve the plan of a deployment", in: .actions, bar: 1),
        KeyBinding(["c"], .cancel, "cancel", "Cancel the current deployment", in: .actions, bar: 9),
        KeyBinding(["p"], .ping, "ping", "Request a ping from GitHub", in: .actions),
        KeyBinding(
            ["I"], .acceptRepository, "accept repo", "Accept a different repository under this name", in: .actions),
    ]

    private static let moves: [KeyBinding] = [
        KeyBinding(["k", .up], .move(.up), "up", "Previous row", in: .move),
        KeyBinding(["j", .down], .move(.down), "down", "Next row", in: .move),
        KeyBinding([.control("u")], .move(.halfPageUp), "half up", "Half a page up", in: .move),
        KeyBinding([.control("d")], .move(.halfPageDown), "half down", "Half a page down", in: .move),
        KeyBinding([.pageUp, .control("b")], .move(.pageUp), "page up", "One page up", in: .move),
        KeyBinding([.pageDown, .control("f")], .move(.pageDown), "page down", "One page down", in: .move),
        KeyBinding(["g", .home], .move(.first), "top", "Follow the newest row, or top of the log", in: .move),
        KeyBinding(["G", .end], .move(.last), "end", "Last row, or follow the log", in: .move),
        KeyBinding([.tab, "l", .right], .nextPane, "next pane", "Next pane", in: .move),
        KeyBinding([.backTab, "h", .left], .previousPane, "previous pane", "Previous pane", in: .move),
        KeyBinding(["0"], .focus(.hook), "webhook", "Go to the webhook", in: .move),
        KeyBinding(["1"], .focus(.deliveries), "deliveries", "Go to deliveries", in: .move),
        KeyBinding(["2"], .focus(.deployments), "deployments", "Go to deployments", in: .move),
        KeyBinding(["3"], .focus(.apps), "apps", "Go to the running apps", in: .move),
        KeyBinding(["4"], .focus(.log), "log", "Go to the log", in: .move),
        KeyBinding([.enter], .open, "open", "Open details", in: .move, bar: 8),
        KeyBinding([.escape], .back, "back", "Close the view or filter; never quits", in: .move),
    ]

    private static let views: [KeyBinding] = [
        KeyBinding(["z"], .zoom, "zoom", "Show one pane on the whole screen", in: .view, bar: 11),
        KeyBinding(["/"], .filter, "filter", "Show rows with words; !word hides them", in: .view, bar: 10),
        KeyBinding(["n"], .nextMatch, "next", "Next match", in: .view),
        KeyBinding(["N"], .previousMatch, "previous", "Previous match", in: .view),
        KeyBinding(["F"], .follow, "follow", "Follow the log of the current deployment", in: .view),
        KeyBinding(["e"], .engineLog, "engine log", "Switch to the observer's log and back", in: .view),
        KeyBinding([" "], .freeze, "freeze", "Freeze the display (nothing is lost)", in: .view),
        KeyBinding(["w"], .wrap, "wrap", "Wrap or cut long lines", in: .view),
        KeyBinding(["a"], .audit, "actions", "Show what operators did", in: .view),
        KeyBinding(["t"], .times, "times", "Show relative, local or UTC times", in: .view),
    ]

    private static let session: [KeyBinding] = [
        KeyBinding(["y"], .copyID, "copy ID", "Copy the commit or ID of the selection", in: .session),
        KeyBinding(["Y"], .copyURL, "copy URL", "Copy the GitHub URL of the selection", in: .session),
        KeyBinding(["o"], .commandLine, "command", "Copy the last action as a command line", in: .session),
        KeyBinding(["m"], .mouse, "mouse", "Turn the mouse on or off", in: .session),
        KeyBinding(["?"], .help, "help", "Show this help; Enter runs the key", in: .session, bar: 1),
        KeyBinding([.control("l")], .redraw, "redraw", "Redraw the screen", in: .session),
        KeyBinding([.control("z")], .suspend, "suspend", "Suspend to the shell (fg returns)", in: .session),
        KeyBinding(["q"], .quit, "quit", "Close the current view, or quit", in: .session, bar: 0),
        KeyBinding([.control("c")], .interrupt, "quit", "Quit; press twice to skip the question", in: .session),
    ]
}

/// A command with its keys and its texts for the key bar and the help.
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
    /// The priority in a narrow key bar, 0 is the highest; nil: only in the help.
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
