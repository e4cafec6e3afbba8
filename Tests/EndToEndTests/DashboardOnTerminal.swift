import Foundation
import Processes
import SystemPackage
import Testing

/// A dashboard started by a shell in a terminal.
struct DashboardOnTerminal: Sendable {
    let terminal: Tmux
    private let directory: String
    private let modes: String

    /// Records the state of the terminal before the dashboard starts.
    init(on terminal: Tmux, directory: String) async throws {
        self.terminal = terminal
        self.directory = directory
        modes = try await terminal.modes()
        try await Self.saveSettings(as: "before", on: terminal, in: directory)
    }

    /// Runs the program and waits until the dashboard shows the state of the engine.
    func start(_ arguments: [String]) async throws {
        let command = ([ObserverProcess.path.string] + arguments).joined(separator: " ")
        // `exec` keeps the process ID of the shell.
        try await terminal.enter("sh -c 'echo $$ >pid; exec \(command)'")
        try await terminal.wait(for: " registered ", "4 Log")
    }

    func send(_ signal: CInt) async throws {
        let text = try String(contentsOfFile: directory + "/pid", encoding: .utf8)
        let pid = try #require(pid_t(text.trimmingCharacters(in: .whitespacesAndNewlines)))
        #expect(kill(pid, signal) == 0)
    }

    /// Compares the modes and settings of the terminal with those before the dashboard started.
    func expectRestoredTerminal() async throws {
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

/// Runs the program with its dashboard in a terminal, against simulated servers.
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
