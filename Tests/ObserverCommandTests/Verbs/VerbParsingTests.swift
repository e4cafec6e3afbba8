import ArgumentParser
import ObserverEngine
import Testing

@testable import observer

@Suite("The command lines of the verbs")
struct VerbParsingTests {
    @Test("each verb takes its own arguments")
    func arguments() throws {
        let deploy = try DeployCommand.parse(["4a5b6c7", "-force", "-json"])
        #expect(deploy.commit == "4a5b6c7" && deploy.isForced && deploy.output.isJSON)
        #expect(try DeployCommand.parse([]).commit == nil)
        let rollback = try RollbackCommand.parse(["12", "-yes"])
        #expect(rollback.row.given == 12 && rollback.confirmation.isGiven)
        #expect(try RollbackCommand.parse([]).row.given == nil)
        let deliveries = try DeliveriesCommand.parse(["-verdict", "ignored", "--before=7", "-limit", "3"])
        #expect(deliveries.verdict == .ignored && deliveries.page.before == 7 && deliveries.page.limit == 3)
        #expect(try DeploymentsCommand.parse(["-limit=500"]).page.limit == 500)
        #expect(try DeliveryCommand.parse(["--", "-1"]).row.given == -1)
        #expect(try ReplayCommand.parse(["3"]).row.given == 3)
        #expect(try CancelCommand.parse(["3", "-yes"]).row.given == 3)
        let logs = try LogsCommand.parse(["12", "-f"])
        #expect(logs.row.given == 12 && logs.follows)
        #expect(try !LogsCommand.parse([]).follows)
        #expect(try ResetCommand.parse(["-yes"]).confirmation.isGiven)
    }

    static let verbs: [any Verb.Type] = ObserverCommand.configuration.subcommands.compactMap { $0 as? any Verb.Type }
        // The dashboard is no table, and has no JSON.
        .filter { $0 != AttachCommand.self }

    @Test("every verb takes the address of an observer, -json and -h", arguments: verbs.indices)
    func common(index: Int) throws {
        let verb = Self.verbs[index]
        for arguments in [
            ["-url", "http://h:1", "-json"], ["-socket=/s"], ["-state", "/s"], ["-owner", "o", "-repo=r"],
        ] {
            #expect(try !verb.parse(arguments).help.isAsked, "\(arguments)")
        }
        for flag in ["-h", "-help", "--help"] {
            #expect(try verb.parse([flag]).help.isAsked, "\(flag)")
        }
        #expect(throws: (any Error).self) { try verb.parse(["-url", "http://h:1", "-socket", "/s"]) }
        #expect(throws: (any Error).self) { try verb.parse(["-nonsense"]) }
    }

    @Test(
        "what no verb takes is refused as wrong usage",
        arguments: [
            ["deliveries", "-limit", "0"], ["deliveries", "-limit", "501"], ["deliveries", "-verdict", "odd"],
            ["delivery", "x"], ["deployments", "-before", "x"], ["status", "-url", "a", "-socket", "b"],
        ])
    func refuses(arguments: [String]) throws {
        let error = #expect(throws: (any Error).self) { try ObserverCommand.parseAsRoot(arguments) }
        #expect(try ExitStatus(of: #require(error)) == .usage)
    }

    @Test("the help of each verb names its flags, in alphabetical order", arguments: verbs.indices)
    func help(index: Int) throws {
        func text<Command: Verb>(_ verb: Command.Type) -> String { VerbHelp.text(of: verb) }
        let verb = Self.verbs[index]
        let lines = text(verb).split(separator: "\n").map(String.init)
        let flags = lines.filter { $0.hasPrefix("  -") }.map {
            String($0.dropFirst(3).prefix { !$0.isWhitespace })
        }
        #expect(lines.first?.hasPrefix("Usage: observer \(verb.configuration.commandName ?? "?")") == true)
        #expect(flags == flags.sorted())
        #expect(Set(flags).isSuperset(of: ["h", "json", "socket", "state", "url"]))
        #expect(HelpText.text.contains("  \(verb.configuration.commandName ?? "?") "))
    }
}
