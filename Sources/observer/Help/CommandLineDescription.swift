import ArgumentParser

/// The whole command line: the run and every command.
struct CommandLineDescription {
    /// Commands under a heading.
    struct Group {
        let title: String
        let commands: [CommandDescription]
    }

    let run: CommandDescription
    let groups: [Group]

    var commands: [CommandDescription] { groups.flatMap(\.commands) }

    func command(named name: some StringProtocol) -> CommandDescription? { commands.first { $0.name == name } }

    /// The command that the arguments start with; the run if they start with a flag.
    /// - Returns: nil for an unknown command.
    func command(of arguments: [String]) -> CommandDescription? {
        guard let first = arguments.first, !first.hasPrefix("-") else { return run }
        return command(named: first)
    }
}
