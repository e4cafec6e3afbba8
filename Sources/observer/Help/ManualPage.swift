/// The manual page of the program, `man observer`, in the macros of man(7).
struct ManualPage {
    /// A term with its explanation.
    struct Entry {
        let term: String
        let text: String
    }

    let commandLine: CommandLineDescription
    let version: String
    let introduction: String
    let exitStatuses: [Entry]

    var text: String {
        let head = [
            ".TH OBSERVER 1 \"\" \"dploy observer \(version)\" \"User Commands\"",
            section("NAME"), "observer \\- \(Self.escaped(commandLine.run.abstract))",
            section("SYNOPSIS"), ".B observer", "[\\fIflags\\fR]", ".br", ".B observer",
            "\\fIcommand\\fR [\\fIarguments\\fR] [\\fIflags\\fR]",
            section("DESCRIPTION"), Self.escaped(introduction),
        ]
        let flags = [section("FLAGS")] + commandLine.run.flags.map(entry)
        let commands = commandLine.groups.flatMap { group in
            [section("\(group.title.uppercased()) COMMANDS")] + group.commands.flatMap(description)
        }
        let common =
            [section("FLAGS OF EVERY COMMAND"), "They select the running observer."] + sharedFlags.map(entry)
        let statuses = [section("EXIT STATUS")] + exitStatuses.map { item($0.term, $0.text) }
        return (head + flags + commands + common + statuses).joined(separator: "\n") + "\n"
    }

    private var sharedFlags: [CommandDescription.Parameter] {
        let talking = commandLine.commands.filter { $0.flag(named: "socket") != nil }
        return (talking.first?.flags ?? []).filter { flag in
            talking.allSatisfy { $0.flags.contains { $0.flag == flag.flag } }
        }
    }

    private func description(of command: CommandDescription) -> [String] {
        let shared = Set(sharedFlags.map(\.flag) + commandLine.run.flags.map(\.flag))
        let texts = [command.abstract, command.discussion].filter { !$0.isEmpty }
        return [".SS \(Self.escaped(command.usage))"] + texts.flatMap { [".PP", Self.escaped($0)] }
            + command.positionals.map { item("<\($0.valueName)>", $0.summary) }
            + command.flags.filter { !shared.contains($0.flag) }.map(entry)
    }

    private func section(_ title: String) -> String { ".SH \(title)" }

    private func entry(_ flag: CommandDescription.Parameter) -> String {
        item(
            flag.names.map { "-\($0)" }.joined(separator: ", "), flag.summary,
            value: flag.kind == .option ? flag.valueName : nil)
    }

    private func item(_ term: String, _ text: String, value: String? = nil) -> String {
        let value = value.map { " \\fI\(Self.escaped($0))\\fR" } ?? ""
        return ".TP\n\\fB\(Self.escaped(term))\\fR\(value)\n\(Self.escaped(text))"
    }

    /// Text in which troff finds no request, escape or hyphen.
    private static func escaped(_ text: String) -> String {
        let plain = text.replacing("\\", with: "\\e").replacing("-", with: "\\-")
        return plain.split(separator: "\n").map { $0.hasPrefix(".") || $0.hasPrefix("'") ? "\\&\($0)" : "\($0)" }
            .joined(separator: "\n.PP\n")
    }
}
