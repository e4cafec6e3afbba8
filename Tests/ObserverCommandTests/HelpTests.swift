import ArgumentParser
import ObserverEngine
import TestTraits
import Testing

@testable import observer

@Suite("Help", .onComputingQueue)
struct HelpTests {
    @Test("the three documented flags are unchanged")
    func documentedFlags() {
        let documented = """
              -owner string
                \tthe GitHub owner, for example 'mhausenblas' or 'mesosphere'.
            """
        #expect(RunHelp.text.contains(documented + "\n"))
        #expect(
            RunHelp.text.contains(
                "  -pat string\n    \tthe personal access token, via https://github.com/settings/tokens\n"))
        #expect(
            RunHelp.text.contains("  -repo string\n    \tthe GitHub repo, for example 'dploy' or 'marathon'.\n"))
    }

    @Test("observer -h lists every command in its group, then every flag in alphabetical order")
    func allFlags() {
        let printed = RunHelp.text.split(separator: "\n")
            .filter { $0.hasPrefix("  -") }
            .compactMap { $0.dropFirst(3).split(whereSeparator: \.isWhitespace).first.map(String.init) }
        #expect(printed == printed.sorted())
        #expect(Set(printed).isSuperset(of: Setting.allCases.compactMap(\.flag)))
        for command in ObserverCommand.groups.flatMap(\.commands) {
            #expect(RunHelp.text.contains("\n  \(command.configuration.commandName ?? "") "))
        }
    }

    @Test(
        "every flag with a value accepts one dash or two, and a space or an equals sign",
        arguments: [("-", " "), ("--", " "), ("-", "="), ("--", "=")])
    func values(dashes: String, separator: String) throws {
        // All in one command line, because a debug build of the parser is slow. Each has its name as its value.
        let settings = Setting.allCases.filter { $0.flag != nil && $0.kind != .toggle }
        let arguments = settings.flatMap { setting -> [String] in
            let (flag, value) = (dashes + setting.rawValue, setting.rawValue)
            return separator == "=" ? ["\(flag)=\(value)"] : [flag, value]
        }
        let given = try RunCommand.parse(arguments).flags.given
        #expect(given == Dictionary(uniqueKeysWithValues: settings.map { ($0, $0.rawValue) }))
    }

    @Test(
        "every flag without a value accepts one dash or two", arguments: Setting.allCases.filter { $0.kind == .toggle })
    func toggles(setting: Setting) throws {
        for dashes in ["-", "--"] {
            let given = try RunCommand.parse([dashes + setting.rawValue]).flags.given
            #expect(given == [setting: "true"], "\(dashes)")
        }
    }

    @Test("each command has its own help", arguments: CommandParsingTests.commands)
    func command(name: String) throws {
        let text = try help([name, "-h"])
        let lines = text.split(separator: "\n")
        let abstract = try #require(ObserverCommand.command(named: name)?.configuration.abstract)
        #expect(lines.first == "OVERVIEW: \(abstract)")
        #expect(lines.contains { $0.hasPrefix("USAGE: observer \(name) ") && $0.hasSuffix("[options]") })
        for flag in ["-url", "-socket", "-owner", "-repo", "-branch", "-state", "-h"] {
            #expect(lines.contains { $0.hasPrefix("  \(flag),") }, "\(flag)")
        }
        #expect(!lines.contains { $0.hasPrefix("  -no-") && !$0.hasPrefix("  -no-commit-status") })
        // A check of the doctor may depend on any setting, and a plan of local files on those of the target.
        for flag in ["-marathon", "-target", "-compose-file", "-prune"] {
            #expect(lines.contains { $0.hasPrefix("  \(flag),") } == ["doctor", "plan"].contains(name), "\(flag)")
        }
        #expect(lines.contains { $0.hasPrefix("  -poll,") } == (name == "doctor"))
    }

    @Test("the branch of init is the current one by default, and -target means the same as -kind")
    func initFlags() throws {
        let text = try help(["init", "-h"])
        #expect(text.contains("(default: the current branch)") && !text.contains("dcos"))
        #expect(try InitCommand.parse(["-target", "compose"]).kind == .compose)
        #expect(try InitCommand.parse(["-kind=command"]).kind == .command)
    }

    @Test(
        "the usage shows arguments as required or optional, as they are",
        arguments: ObserverCommand.groups.flatMap(\.commands).compactMap { $0.configuration.commandName })
    func arguments(name: String) throws {
        let command = try #require(try CommandLineDescription.ofProgram().command(named: name))
        let shown = command.usage.split(separator: " ").dropFirst(2).dropLast()
        #expect(command.usage.hasPrefix("observer \(name) ") && command.usage.hasSuffix(" [options]"))
        #expect(shown.map { $0.hasPrefix("[<") } == command.positionals.map(\.isOptional))
    }

    @Test("the help of a command can be requested in four ways")
    func ways() throws {
        let text = try help(["rollback", "-h"])
        for arguments in [["help", "rollback"], ["rollback", "-help"], ["rollback", "--help", "-owner", "x"]] {
            #expect(try help(arguments) == text)
        }
    }

    private func help(_ arguments: [String]) throws -> String {
        let error = try #require(throws: (any Error).self) {
            var command = try ObserverCommand.parsed(arguments)
            try command.run()
        }
        #expect(ExitStatus(of: error) == .success, "\(arguments)")
        return ObserverCommand.fullMessage(for: error, columns: 120)
    }
}
