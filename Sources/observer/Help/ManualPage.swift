/// The manual: `observer(1)`, and a page for each command.
struct Manual {
    let commandLine: CommandLineDescription
    let version: String
    let introduction: String
    /// The variables of the settings.
    let variables: [ManualPage.Entry]
    let files: [ManualPage.Entry]

    /// The pages by the names of their files.
    var pages: [(file: String, text: String)] {
        [(file: "observer.1", text: overview.text)]
            + commandLine.commands.map { (file: "observer-\($0.name).1", text: page(of: $0).text) }
    }

    /// - Parameter command: nil for the program itself.
    func page(named command: String?) -> ManualPage? {
        guard let command else { return overview }
        return commandLine.command(named: command).map(page)
    }

    private var overview: ManualPage {
        var page = ManualPage(name: "observer", abstract: commandLine.run.abstract, version: version)
        page.section("SYNOPSIS")
        page.usage("observer", "[\u{0}flags\u{0}]")
        page.usage("observer", "\u{0}command\u{0} [\u{0}arguments\u{0}] [\u{0}flags\u{0}]")
        page.section("DESCRIPTION", introduction)
        for group in commandLine.groups {
            page.section("\(group.title.uppercased()) COMMANDS")
            for command in group.commands {
                page.item(.init(term: "observer-\(command.name)(1)", text: command.abstract))
            }
        }
        page.section(
            "FLAGS", "Most settings can also be set by a variable; see ENVIRONMENT. Commands have their own pages.")
        for flag in commandLine.run.flags { page.item(flag) }
        page.section("ENVIRONMENT", "A flag takes precedence over its variable. An empty variable counts as unset.")
        for variable in variables { page.item(variable) }
        page.section("FILES")
        for file in files { page.item(file) }
        addStatuses(ExitStatus.allCases, to: &page)
        return page
    }

    private func page(of command: CommandDescription) -> ManualPage {
        var page = ManualPage(name: "observer-\(command.name)", abstract: command.abstract, version: version)
        page.section("SYNOPSIS")
        page.usage(command.usage)
        page.section("DESCRIPTION", command.abstract)
        if !command.discussion.isEmpty { page.paragraph(command.discussion) }
        if !command.positionals.isEmpty {
            page.section("ARGUMENTS")
            for argument in command.positionals {
                page.item(.init(term: "<\(argument.valueName)>", text: argument.summary))
            }
        }
        let shared = talksToObserver(command) ? Set(sharedFlags) : []
        let (selecting, own) = (
            command.flags.filter { shared.contains($0.flag) }, command.flags.filter { !shared.contains($0.flag) }
        )
        if !own.isEmpty {
            page.section("FLAGS")
            for flag in own { page.item(flag) }
        }
        if !selecting.isEmpty {
            page.section(
                "SELECTING THE OBSERVER",
                "Without these flags, run the command with the settings and in the directory of the running observer.")
            for flag in selecting { page.item(flag) }
        }
        addStatuses(ExitStatus.allCases.filter { canEnd(command, with: $0) }, to: &page)
        page.section("SEE ALSO")
        page.paragraph("observer(1)")
        return page
    }

    private func addStatuses(_ statuses: [ExitStatus], to page: inout ManualPage) {
        page.section("EXIT STATUS")
        for status in statuses { page.item(.init(term: String(status.rawValue), text: status.meaning)) }
    }

    private func canEnd(_ command: CommandDescription, with status: ExitStatus) -> Bool {
        let isRemote = talksToObserver(command) && command.name != "doctor"
        return switch status {
        case .success, .usage, .software: true
        case .failure: talksToObserver(command) || command.name == "init"
        case .wouldChange: command.name == "plan"
        case .unavailable, .temporaryFailure, .refused: isRemote
        case .timedOut: command.flag(named: "wait-timeout") != nil
        // Only a run has a state directory.
        case .cannotCreate: false
        }
    }

    /// The flags that select an observer, which every command has that talks to one.
    private var sharedFlags: [String] {
        let talking = commandLine.commands.filter(talksToObserver)
        return (talking.first?.flags ?? []).filter { !$0.names.contains("help") }.map(\.flag).filter { flag in
            talking.allSatisfy { $0.flags.contains { $0.flag == flag } }
        }
    }

    private func talksToObserver(_ command: CommandDescription) -> Bool { command.flag(named: "socket") != nil }
}

/// One page of the manual, in the macros of man(7).
struct ManualPage {
    /// A term with its explanation.
    struct Entry {
        let term: String
        let text: String
    }

    private var lines: [String]

    var text: String { lines.joined(separator: "\n") + "\n" }

    init(name: String, abstract: String, version: String) {
        let sentence = abstract.hasSuffix(".") ? String(abstract.dropLast()) : abstract
        lines = [
            ".TH \(Self.escaped(name.uppercased())) 1 \"\" \"dploy observer \(version)\" \"User Commands\"",
            ".SH NAME", "\(Self.escaped(name)) \\- \(Self.escaped(sentence))",
        ]
    }

    mutating func section(_ title: String, _ text: String? = nil) {
        lines.append(".SH \(title)")
        if let text { lines.append(Self.escaped(text)) }
    }

    mutating func paragraph(_ text: String) { lines += [".PP", Self.escaped(text)] }

    /// A command line.
    /// - Parameter rest: Words between NUL characters are placeholders.
    mutating func usage(_ command: String, _ rest: String = "") {
        let parts = rest.split(separator: "\0", omittingEmptySubsequences: false).enumerated().map { index, part in
            index.isMultiple(of: 2) ? Self.escaped(String(part)) : "\\fI\(Self.escaped(String(part)))\\fR"
        }
        lines += [".PP", "\\fB\(Self.escaped(command))\\fR\(rest.isEmpty ? "" : " ")\(parts.joined())"]
    }

    mutating func item(_ entry: Entry) { item(entry.term, entry.text) }

    mutating func item(_ flag: CommandDescription.Parameter) {
        item(
            flag.names.map { "-\($0)" }.joined(separator: ", "), flag.summary,
            value: flag.kind == .option ? flag.valueName : nil)
    }

    private mutating func item(_ term: String, _ text: String, value: String? = nil) {
        let value = value.map { " \\fI\(Self.escaped($0))\\fR" } ?? ""
        lines.append(".TP\n\\fB\(Self.escaped(term))\\fR\(value)\n\(Self.escaped(text))")
    }

    /// Text in which troff finds no request, escape or hyphen.
    private static func escaped(_ text: String) -> String {
        let plain = text.replacing("\\", with: "\\e").replacing("-", with: "\\-")
        return plain.split(separator: "\n").map { $0.hasPrefix(".") || $0.hasPrefix("'") ? "\\&\($0)" : "\($0)" }
            .joined(separator: "\n.PP\n")
    }
}
