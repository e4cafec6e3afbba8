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
