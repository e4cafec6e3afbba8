import ArgumentParser
import ObserverEngine

/// `observer -h`: every flag in the format of Go's flag package, then every command.
/// Source: https://pkg.go.dev/flag#PrintDefaults
enum RunHelp {
    static var text: String {
        let others = [
            Entry(flag: "ascii", kind: .toggle, summary: "draw the dashboard with ASCII characters only"),
            Entry(
                flag: "background", kind: .text,
                summary: "background of the terminal for the dashboard: dark or light; otherwise COLORFGBG decides"),
            Entry(flag: "h", kind: .toggle, summary: "print this help"),
            Entry(flag: "version", kind: .toggle, summary: "print the version"),
        ]
        let flags = (Setting.allCases.compactMap { Entry($0) } + others).sorted { $0.flag < $1.flag }
        return flags.map(\.text).joined() + "\n" + commands
    }

    private static var commands: String {
        let commands = ObserverCommand.clientCommands.map { $0.configuration }
        let width = commands.map { ($0.commandName ?? "").count }.max() ?? 0
        let lines = commands.map { command in
            let name = command.commandName ?? ""
            return "  \(name)\(String(repeating: " ", count: width - name.count))  \(command.abstract)\n"
        }
        return "Commands for a running observer (see observer COMMAND -h):\n" + lines.joined()
    }

    fileprivate struct Entry {
        let flag: String
        let kind: Setting.Kind
        let summary: String
        var defaultValue: String?

        var text: String {
            let head =
                switch kind {
                case .text: "  -\(flag) string"
                case .number: "  -\(flag) int"
                case .toggle: "  -\(flag)"
                }
            let note =
                switch (kind, defaultValue) {
                case (.text, let value?): " (default \"\(value)\")"
                case (_, let value?): " (default \(value))"
                case (_, nil): ""
                }
            // The summary of a one-letter flag is on the same line.
            return head + (flag.count == 1 && kind == .toggle ? "\t" : "\n    \t") + summary + note + "\n"
        }
    }
}

extension RunHelp.Entry {
    /// nil if the setting has no flag.
    fileprivate init?(_ setting: Setting) {
        guard let flag = setting.flag, let summary = setting.summary else { return nil }
        self.init(flag: flag, kind: setting.kind, summary: summary, defaultValue: setting.defaultValue)
    }
}
