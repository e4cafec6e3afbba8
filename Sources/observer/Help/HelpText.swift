import ArgumentParser
import ObserverEngine

/// What `observer -h` prints: every flag, then every verb.
enum HelpText {
    static var text: String {
        let own = [
            HelpEntry(flag: "ascii", kind: .toggle, summary: "draw the dashboard with ASCII characters only"),
            HelpEntry(flag: "h", kind: .toggle, summary: "print this help"),
            HelpEntry(flag: "version", kind: .toggle, summary: "print the version"),
        ]
        let flags = (Setting.allCases.compactMap(HelpEntry.init) + own).sorted { $0.flag < $1.flag }
        return flags.map(\.text).joined() + "\n" + verbs
    }

    private static var verbs: String {
        let verbs = ObserverCommand.configuration.subcommands.filter { $0 != RunCommand.self }.map { $0.configuration }
        let width = verbs.map { ($0.commandName ?? "").count }.max() ?? 0
        let lines = verbs.map { verb in
            let name = verb.commandName ?? ""
            return "  \(name)\(String(repeating: " ", count: width - name.count))  \(verb.abstract)\n"
        }
        return "Verbs, for an observer that runs (observer VERB -h tells more):\n" + lines.joined()
    }
}
