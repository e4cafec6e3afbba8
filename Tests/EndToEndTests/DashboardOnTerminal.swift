import Foundation
import Processes
import SystemPackage
import Testing

/// A dashboard that a shell in a terminal runs.
struct DashboardOnTerminal: Sendable {
    let terminal: Tmux
    private let directory: String
    private let modes: String

    /// Looks at the terminal as it is before.
    init(on terminal: Tmux, directory: String) async throws {
        self.terminal = terminal
        self.directory = directory
        modes = try await terminal.modes()
        try await Self.saveSettings(as: "before", on: terminal, in: directory)
    }

    /// Runs the program, and waits until it shows what the engine tells.
    func start(_ arguments: [String]) async throws {
        let command = ([ObserverProcess.path.string] + arguments).joined(separator: " ")
        // The shell's number becomes that of the program.
        try await terminal.enter("sh -c 'echo $$ >pid; exec \(command)'")
        try await terminal.wait(for: " live ", " registered ", "3 Log")
    }

    func send(_ signal: CInt) async throws {
        let text = try String(contentsOfFile: directory + "/pid", encoding: .utf8)
        let pid = try #require(pid_t(text.trimmingCharacters(in: .whitespacesAndNewlines)))
        #expect(kill(pid, signal) == 0)
    }

    /// Asks the shell for the settings of its terminal, and the terminal for its own.
    func expectTerminalAsFound() async throws {
        #expect(try await terminal.modes() == modes)
        try await Self.saveSettings(as: "after", on: terminal, in: directory)
        let settings = try ["before", "after"].map { try String(contentsOfFile: "\(directory)/\($0)", encoding: .utf8) }
        #expect(!settings[0].isEmpty && settings[0] == settings[1])
    }

    private static func saveSettings(as name: String, on terminal: Tmux, in directory: String) async throws {
        try await terminal.enter("stty -g >\(name) && echo saved \(name).")
        try await terminal.wait(for: "settings") { screen in
            screen.split(separator: "\n").contains { $0.hasPrefix("saved \(name).") }
        }
    }
}

/// Runs the program with a dashboard of its own in a terminal, in front of simulated servers.
func withDashboard(
    arguments: [String] = [], _ body: @escaping @Sendable (DashboardOnTerminal, ProcessWorld) async throws -> Void
) async throws {
    try await withProcessWorld { world in
        try await withTmux(
            environment: world.environment.merging(["SWIFT_BACKTRACE": "enable=no"]) { $1 }, directory: world.directory
        ) { terminal in
            let dashboard = try await DashboardOnTerminal(on: terminal, directory: world.directory)
            try await dashboard.start(arguments)
            try await body(dashboard, world)
        }
    }
}
