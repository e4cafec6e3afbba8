import Foundation
import Processes
import Simulators
import Subprocess
import SystemPackage

/// A terminal without a user: one pane of a separate tmux server, with a plain shell in it.
struct Tmux: Sendable {
    private static let columns = 120
    private static let rows = 40
    private static let prompt = "shell>"

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    private let directory: String
    private let environment: [String: String]

    fileprivate init(environment: [String: String], directory: String) {
        self.directory = directory
        self.environment = environment
    }

    /// The text on the screen, without styles.
    func screen() async throws -> String { try await tmux("capture-pane", "-p") }

    /// Types keys by their names in tmux: `Enter`, `C-z`, `X`.
    func press(_ keys: String...) async throws {
        try await tmux(["send-keys"] + keys)
    }

    func type(_ text: String) async throws {
        try await tmux("send-keys", "-l", text)
    }

    /// Waits until the shell shows its prompt.
    func waitForPrompt() async throws {
        try await wait(for: "prompt") { screen in
            screen.split(separator: "\n").last?.trimmingCharacters(in: .whitespaces) == Self.prompt
        }
    }

    /// Types a line and Enter.
    func enter(_ line: String) async throws {
        try await type(line)
        try await press("Enter")
    }

    func resize(columns: Int, rows: Int) async throws {
        try await tmux("resize-window", "-x", "\(columns)", "-y", "\(rows)")
    }

    /// The modes of the alternate screen, the cursor, the mouse and the keypad.
    func modes() async throws -> String {
        let flags = ["alternate_on", "cursor_flag", "mouse_any_flag", "keypad_flag", "keypad_cursor_flag"]
        return try await tmux("display-message", "-p", flags.map { "\($0)=#{\($0)}" }.joined(separator: " "))
    }

    /// The title of the window.
    func title() async throws -> String {
        try await tmux("display-message", "-p", "#{pane_title}").trimmingCharacters(in: .newlines)
    }

    func set(_ option: String, to value: String) async throws {
        try await tmux("set-option", "-g", option, value)
    }

    /// Waits until what a program has copied meets a condition.
    func waitForBuffer(_ isReached: (String) -> Bool) async throws {
        let deadline = ContinuousClock.now + .testTimeout
        while true {
            if let text = try? await tmux("show-buffer"), isReached(text) { return }
            guard ContinuousClock.now < deadline else { throw Failure(description: "tmux has no copied text") }
            // tmux does not report changes of its buffers.
            try await Task.sleep(for: .milliseconds(40))
        }
    }

    /// Waits until the screen meets a condition; returns the screen.
    @discardableResult
    func wait(
        for goal: String, timeout: Duration = .testTimeout, until isReached: (String) throws -> Bool
    ) async throws -> String {
        let deadline = ContinuousClock.now + timeout
        while true {
            let screen = try await screen()
            if try isReached(screen) { return screen }
            guard ContinuousClock.now < deadline else {
                throw Failure(description: "after \(timeout) there is no \(goal) on the screen:\n\(screen)")
            }
            // tmux does not report changes of a pane.
            try await Task.sleep(for: .milliseconds(40))
        }
    }

    /// Waits until every text is on the screen.
    @discardableResult
    func wait(for texts: String...) async throws -> String {
        try await wait(for: "\(texts)") { screen in texts.allSatisfy(screen.contains) }
    }

    /// Waits until the text is gone from the screen.
    func waitForEnd(of text: String) async throws {
        try await wait(for: "end of '\(text)'") { !$0.contains(text) }
    }

    /// Presses the keys until the screen meets a condition: a dialog ignores keys that arrive too early.
    func press(_ keys: String..., until goal: String, _ isReached: (String) -> Bool) async throws {
        let deadline = ContinuousClock.now + .testTimeout
        while ContinuousClock.now < deadline {
            try await tmux(["send-keys"] + keys)
            if (try? await wait(for: goal, timeout: .milliseconds(200), until: isReached)) != nil { return }
        }
        throw Failure(description: "\(keys) does not lead to \(goal):\n\(try await screen())")
    }

    fileprivate func start() async throws {
        try await tmux(
            "-f", "/dev/null", "start-server", ";", "set-option", "-g", "default-terminal", "tmux-256color", ";",
            "set-option", "-g", "escape-time", "0", ";",
            "new-session", "-d", "-x", "\(Self.columns)", "-y", "\(Self.rows)", "-c", directory, "exec sh -i")
        try await wait(for: "shell") { $0.contains { !$0.isWhitespace } }
        try await enter("PS1='\(Self.prompt) '")
        try await waitForPrompt()
    }

    fileprivate func end() async throws {
        try await tmux("kill-server")
    }

    @discardableResult
    private func tmux(_ arguments: String...) async throws -> String { try await tmux(arguments) }

    @discardableResult
    private func tmux(_ arguments: [String]) async throws -> String {
        let result = try await Subprocess.run(
            .name("tmux"), arguments: Arguments(["-u", "-S", directory + "/tmux"] + arguments),
            environment: .only(environment), output: .string(limit: 1 << 20), error: .string(limit: 1 << 16))
        guard result.terminationStatus.isSuccess else {
            throw Failure(description: "tmux \(arguments): \(result.standardError)")
        }
        return result.standardOutput
    }
}

/// Runs the body with a terminal whose shell has these variables, then ends the terminal with everything that runs in it.
func withTmux(
    environment: [String: String], directory: String, _ body: (Tmux) async throws -> Void
) async throws {
    let terminal = Tmux(
        environment: environment.merging(["LANG": "C.UTF-8"]) { $1 }, directory: directory)
    do {
        try await terminal.start()
        try await body(terminal)
    } catch {
        try? await terminal.end()
        throw error
    }
    try await terminal.end()
}
