import ArgumentParser
import ObserverEngine

/// `observer -h`: the commands, then every flag of a run in the format of Go's flag package.
/// Source: https://pkg.go.dev/flag#PrintDefaults
enum RunHelp {
    static let abstract = "deploy every push to a branch of a GitHub repository"

    static let introduction = """
        observer watches a branch of a GitHub repository and deploys every push: to Marathon, with Compose,
        or with a command.
        """

    static var text: String {
        """
        \(introduction)

        Usage:
          observer [FLAGS]                        watch the branch, with a dashboard on a terminal
          observer COMMAND [ARGUMENTS] [FLAGS]    talk to a running observer

        \(ObserverCommand.groups.map { section($0.title, $0.commands) }.joined(separator: "\n"))
        'observer COMMAND -h' prints the flags of a command. 'man observer' lists the variables of the flags.

        Flags:
        \(flags)
        """
    }

    private static var flags: String {
        let others = [
            Entry(flag: "ascii", kind: .toggle, summary: RunCommand.Summary.ascii),
            Entry(flag: "background", kind: .text, summary: RunCommand.Summary.background),
            Entry(flag: "h", kind: .toggle, summary: RunCommand.Summary.help),
            Entry(flag: "version", kind: .toggle, summary: RunCommand.Summary.version),
        ]
        return (Setting.allCases.compactMap { Entry($0) } + others).sorted { $0.flag < $1.flag }
            .map(\.text).joined()
    }

    private static func section(_ title: String, _ commands: [any ParsableCommand.Type]) -> String {
        let width =
            ObserverCommand.configuration.subcommands.map { ($0.configuration.commandName ?? "").count }.max() ?? 0
        let lines = commands.map { command in
            let name = command.configuration.commandName ?? ""
            let padding = String(repeating: " ", count: width - name.count)
            return "  \(name)\(padding)  \(command.configuration.abstract)\n"
        }
        return "\(title):\n" + lines.joined()
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
