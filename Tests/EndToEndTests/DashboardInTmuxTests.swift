import Foundation
import Processes
import Simulators
import Testing

@Suite("The dashboard in a real terminal", .serialized)
struct DashboardInTmuxTests {
    @Test("it shows a push and its deployment, removes the webhook and registers it again")
    func fromPushToHook() async throws {
        try await withDashboard { dashboard, world in
            let push = try await world.simulators.gitHub.push(files: .helloWorld, message: "Greet the world")
            try await dashboard.terminal.wait(for: "Greet the world", "deployed", "✓ \(push.after.prefix(7))")
            try await dashboard.terminal.wait(for: "healthy     /hello")

            try await dashboard.terminal.press("X")
            try await dashboard.terminal.wait(for: "Type \"remove\" to confirm:", "[ No ]  [ Remove ]")
            try await dashboard.terminal.press("C-u", "remove", until: "the word") { $0.contains("confirm: remove") }
            try await dashboard.terminal.press("Enter")
            try await dashboard.terminal.wait(for: "○ removed")
            #expect(world.simulators.gitHub.hooks().isEmpty)

            try await dashboard.terminal.press("r")
            try await dashboard.terminal.wait(for: "● registered")
            #expect(world.simulators.gitHub.hooks().count == 1)
        }
    }

    @Test("a filter hides rows, and Esc shows them again")
    func filter() async throws {
        try await withDashboard { dashboard, world in
            try await world.simulators.gitHub.push(files: .helloWorld, message: "Greet the world")
            try await world.simulators.gitHub.push(files: ["README.md": "hello"], message: "Say more")
            try await dashboard.terminal.wait(for: "Greet the world", "Say more")
            try await dashboard.terminal.press("/")
            try await dashboard.terminal.wait(for: "Enter apply   Esc cancel")
            try await dashboard.terminal.type("greet")
            try await dashboard.terminal.press("Enter")
            try await dashboard.terminal.wait(for: "1 of ") { screen in
                screen.contains("/greet") && screen.contains("1 of ")
            }
            try await dashboard.terminal.press("Escape")
            try await dashboard.terminal.waitForEnd(of: "/greet")
        }
    }

    @Test("it adapts to the size of its terminal")
    func sizes() async throws {
        try await withDashboard(arguments: ["-ascii"]) { dashboard, _ in
            let terminal = dashboard.terminal
            #expect(try await terminal.screen().contains("+- 0 Webhook -"))
            try await terminal.resize(columns: 80, rows: 24)
            try await terminal.wait(for: "80x24") { screen in
                screen.hasLines(24) && screen.contains("+- 1 Deliveries   2 Deployments -")
            }
            try await terminal.resize(columns: 40, rows: 10)
            try await terminal.wait(for: "40x10") { $0.hasLines(10) && $0.contains("q quit") }
            try await terminal.resize(columns: 19, rows: 4)
            try await terminal.wait(for: "Terminal too small")
            try await terminal.resize(columns: 120, rows: 40)
            try await terminal.wait(for: "120x40") { $0.hasLines(40) && $0.contains("+- 0 Webhook -") }
        }
    }

    @Test("a commit message cannot control the terminal")
    func hostileMessage() async throws {
        try await withDashboard { dashboard, world in
            let message = "\u{1B}]0;owned\u{07}\u{1B}[2J\u{9B}31m\u{202E}漢字 e\u{301} 👩‍🚀 to the end\u{0E}"
            try await world.simulators.gitHub.push(files: .helloWorld, message: message)
            let screen = try await dashboard.terminal.wait(for: "漢字", "deployed", "● registered", "healthy     /hello")
            let rows = screen.split(separator: "\n").filter { $0.contains("漢字") }
            #expect(!rows.isEmpty && rows.allSatisfy { $0.hasPrefix("│") && $0.hasSuffix("│") })
            #expect(try await dashboard.terminal.title() != "owned")
        }
    }

    @Test("late replies of the terminal, Alt keys and a line for another window do not act")
    func strayInput() async throws {
        try await withDashboard { dashboard, world in
            let terminal = dashboard.terminal
            try await world.simulators.gitHub.waitForDelivery(of: "ping")
            for text in ["\u{1B}P1$r0m\u{1B}\\", "\u{1B}]11;rgb:ffff/ffff/ffff\u{07}", "\u{1B}P", "\u{1B}r"] {
                try await terminal.type(text)
                // The dashboard waits for the rest of an escape sequence.
                try await Task.sleep(for: .milliseconds(600))
            }
            try await terminal.type("rm -rf observer")
            let screen = try await terminal.wait(for: "Pasted text is ignored here.")
            #expect(!screen.contains("paused") && screen.contains("● registered"))
            let audit = try await withObserverProcess(
                arguments: ["audit", "-json"], environment: world.environment, directory: world.directory
            ) { _ in }
            #expect(audit.output.joined() == "[]")
        }
    }

    @Test("Ctrl-Z restores the terminal for the shell, and fg resumes the dashboard")
    func suspend() async throws {
        try await withDashboard { dashboard, world in
            let terminal = dashboard.terminal
            try await terminal.press("C-z")
            try await terminal.wait(for: "Suspend? The observer runs in this process")
            try await terminal.press("y", until: "end of the question") { !$0.contains("Suspend?") }
            try await terminal.wait(for: "observer is suspended; type fg to return.", "Stopped")
            try await dashboard.expectRestoredTerminal()
            try await terminal.enter("fg")
            try await terminal.wait(for: "● registered")
            try await world.simulators.gitHub.push(files: .helloWorld, message: "Greet the world")
            try await terminal.wait(for: "Greet the world", "deployed")
        }
    }

    @Test("nothing of it remains in a terminal that has grown since it entered its screen")
    func grown() async throws {
        try await withDashboard { dashboard, _ in
            let terminal = dashboard.terminal
            try await terminal.press("C-z")
            try await terminal.press("y", until: "the shell") { $0.contains("type fg to return.") }
            try await terminal.resize(columns: 20, rows: 5)
            try await terminal.enter("fg")
            try await terminal.wait(for: "q quit")
            try await terminal.resize(columns: 80, rows: 24)
            try await terminal.wait(for: "80x24") { $0.hasLines(24) && $0.contains("4 Log") }
            try await terminal.press("q")
            try await terminal.press("y", until: "the shell") { !$0.contains("Quit?") && !$0.contains("q quit") }
            try await terminal.waitForPrompt()
            let rest = try await terminal.screen()
            #expect(!rest.contains("│") && !rest.contains("─"), "\(rest)")
        }
    }

    @Test("after it was stopped and continued from outside, fg shows it again, and it reads single keys")
    func continuedFromOutside() async throws {
        try await withDashboard { dashboard, _ in
            let terminal = dashboard.terminal
            try await dashboard.send(SIGSTOP)
            try await terminal.wait(for: "Stopped")
            try await dashboard.send(SIGCONT)
            // The terminal is still in the modes of the dashboard, in which Enter does not end a line.
            try await terminal.press("f", "g", "C-j")
            try await terminal.waitForEnd(of: "Stopped")
            try await terminal.press("m")
            try await terminal.wait(for: "● registered", "Mouse on")
        }
    }

    @Test(
        "every signal that ends it leaves the terminal restored",
        arguments: [SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGABRT, SIGSEGV])
    func signals(signal: CInt) async throws {
        try await withDashboard { dashboard, _ in
            try await dashboard.terminal.press("m")
            try await dashboard.terminal.wait(for: "Mouse on")
            try await dashboard.send(signal)
            try await dashboard.terminal.waitForPrompt()
            try await dashboard.expectRestoredTerminal()
        }
    }

    @Test("q asks before it stops the engine of this process, and restores the terminal")
    func quit() async throws {
        try await withDashboard { dashboard, _ in
            try await dashboard.terminal.press("q")
            try await dashboard.terminal.wait(for: "Quit? The observer runs in this process")
            try await dashboard.terminal.press("y", until: "end of the question") { !$0.contains("Quit?") }
            try await dashboard.terminal.waitForPrompt()
            try await dashboard.expectRestoredTerminal()
        }
    }

    @Test(
        "attached, it survives the engine, rejects actions while it is gone, and catches up with its successor",
        arguments: Way.allCases)
    func attach(way: Way) async throws {
        try await withProcessWorld { world in
            world.simulators.marathon.setBehaviour(.healthy(after: .seconds(2)), of: "/hello")
            let token = "an admin token for tests"
            let port = try await freePort()
            let settings = [
                "DPLOY_OBSERVER_LISTEN": "127.0.0.1:\(port)", "DPLOY_OBSERVER_ADMIN_TOKEN": token,
            ]
            let arguments = ["attach"] + (way == .tcp ? ["http://127.0.0.1:\(port)"] : [])
            let environment = world.environment.merging(settings) { $1 }
            try await withTmux(environment: environment, directory: world.directory) { terminal in
                let dashboard = try await DashboardOnTerminal(on: terminal, directory: world.directory)
                _ = try await world.observe(settings) { observer in
                    try await observer.log.wait(for: "Ping received: GitHub can reach")
                    try await dashboard.start(arguments)
                    let push = try await world.simulators.gitHub.push(
                        files: .helloWorldChecked, message: "Greet the world")
                    try await terminal.wait(for: "Greet the world", "▸ \(push.after.prefix(7))", "/hello 0/1")
                    observer.kill()
                }
                try await terminal.wait(for: "✗ lost", "next try", "Greet the world")
                try await terminal.press("r")
                try await terminal.wait(for: "Not connected")
                let head = try #require(try await world.simulators.gitHub.head())

                _ = try await world.observe(settings) { observer in
                    try await terminal.wait(for: "connected", "Reconnected after", "observer restarted")
                    try await terminal.wait(for: "Greet the world", "deployed", "✓ \(head.prefix(7))")
                    try await terminal.press("q")
                    try await dashboard.terminal.waitForPrompt()
                    try await dashboard.expectRestoredTerminal()
                    observer.terminate()
                }
            }
        }
    }

    @Test(
        "attach refuses a terminal that can't show the dashboard, and names commands that work there",
        arguments: [
            ("dumb", "A terminal of type dumb (TERM) can only print lines"),
            (
                "hal9000",
                "Unknown terminal type hal9000 (TERM), so the dashboard can't be shown. Set TERM to a similar type"
            ),
            ("", "TERM is not set"),
        ])
    func unsuitable(type: String, reason: String) async throws {
        try await withProcessWorld { world in
            try await withTmux(environment: world.environment, directory: world.directory) { terminal in
                _ = try await world.observe(arguments: ["-plain"]) { observer in
                    try await observer.log.wait(for: "Listening on")
                    try await terminal.enter("TERM=\(type) \(ObserverProcess.path) attach; echo \"status $?.\"")
                    let screen = try await terminal.wait(for: "status 64.").replacing("\n", with: "")
                    #expect(screen.contains(reason))
                    #expect(screen.contains("se 'observer status' or 'observer logs -f' instead."))
                    observer.terminate()
                }
            }
        }
    }

    @Test(
        "a terminal type that only its relatives are known of is used like them",
        arguments: ["xterm-ghostty", "tmux-of-2031"])
    func relatives(type: String) async throws {
        try await withProcessWorld { world in
            try await withTmux(environment: world.environment, directory: world.directory) { terminal in
                try await terminal.enter("TERM=\(type) \(ObserverProcess.path)")
                try await terminal.wait(for: " registered ", "4 Log")
            }
        }
    }

    @Test("with a terminal type that is not known at all, a run prints its log with the reason")
    func unknownType() async throws {
        try await withProcessWorld { world in
            try await withTmux(environment: world.environment, directory: world.directory) { terminal in
                try await terminal.enter("TERM=hal9000 \(ObserverProcess.path) 2>log")
                try await terminal.wait(for: "Webhook registered")
                let log = try String(contentsOfFile: world.directory + "/log", encoding: .utf8)
                #expect(log.contains("Unknown terminal type hal9000 (TERM), so the dashboard can't be shown. "))
                #expect(log.contains("or use -plain for log lines. The log is printed now."))
            }
        }
    }

    @Test("in the background of a shell, a run prints its log, and the shell keeps the terminal")
    func background() async throws {
        try await withProcessWorld { world in
            try await withTmux(environment: world.environment, directory: world.directory) { terminal in
                try await terminal.enter("\(ObserverProcess.path) 2>log &")
                try await terminal.wait(for: "Webhook registered")
                try await terminal.enter("\(ObserverProcess.path) attach & wait $!; echo \"status $?.\"")
                try await terminal.wait(for: "status 64.")
                #expect(try await terminal.screen().contains("The dashboard can't run in the background."))
                try await terminal.enter("kill %1 && wait %1; echo \"status $?.\"")
                try await terminal.wait(for: "status 0.")
            }
        }
    }

    @Test("it has the size of its terminal even if COLUMNS and LINES differ")
    func exportedSize() async throws {
        try await withProcessWorld { world in
            try await withTmux(environment: world.environment, directory: world.directory) { terminal in
                try await terminal.enter("COLUMNS=50 LINES=12 \(ObserverProcess.path)")
                let screen = try await terminal.wait(for: " registered ", "4 Log")
                let widest = screen.split(separator: "\n").map(\.count).max()
                #expect(widest == 120)
                #expect(screen.contains("q quit"))
            }
        }
    }

    @Test("a copied text reaches tmux, and the dashboard claims no more than it knows")
    func clipboard() async throws {
        try await withDashboard { dashboard, world in
            let terminal = dashboard.terminal
            try await terminal.set("set-clipboard", to: "on")
            try await world.simulators.gitHub.push(files: .helloWorld, message: "Greet the world")
            try await terminal.wait(for: "Greet the world", "deployed")
            try await terminal.press("y")
            try await terminal.wait(for: "Sent to the terminal's clipboard: ")
            try await terminal.waitForBuffer { !$0.isEmpty }
        }
    }

    enum Way: CaseIterable {
        case socket, tcp
    }
}

extension String {
    fileprivate func hasLines(_ count: Int) -> Bool {
        split(separator: "\n", omittingEmptySubsequences: false).count == count + 1
    }
}
