import ArgumentParser
import ObserverEngine
import TestTraits
import Testing

@testable import observer

@Suite("Command lines", .onComputingQueue)
struct CommandParsingTests {
    @Test("each command has its own arguments")
    func arguments() throws {
        let deploy = try DeployCommand.parse(["4a5b6c7", "-force", "-json"])
        #expect(deploy.commit == "4a5b6c7" && deploy.isForced && deploy.output.isJSON)
        #expect(try DeployCommand.parse([]).commit == nil)
        let plan = try PlanCommand.parse(["v1", "-offline", "-json"])
        #expect(plan.subject == "v1" && plan.isOffline && plan.output.isJSON)
        #expect(try PlanCommand.parse([]).subject == nil)
        #expect(try AcceptRepositoryCommand.parse(["-yes"]).confirmation.isGiven)
        let rollback = try RollbackCommand.parse(["12", "-yes"])
        #expect(rollback.id == 12 && rollback.confirmation.isGiven)
        #expect(try RollbackCommand.parse([]).id == nil)
        let deliveries = try DeliveriesCommand.parse(["-verdict", "ignored", "--before=7", "-limit", "3"])
        #expect(deliveries.verdict == .ignored && deliveries.page.before == 7 && deliveries.page.limit == 3)
        #expect(try DeploymentsCommand.parse(["-limit=500"]).page.limit == 500)
        #expect(try DeliveryCommand.parse(["--", "-1"]).id == -1)
        #expect(try ReplayCommand.parse(["3"]).id == 3)
        let wait = try DeployCommand.parse(["-wait", "-wait-timeout", "60"]).wait
        #expect(wait.isGiven && wait.limit == .seconds(60))
        #expect(try !RollbackCommand.parse(["2"]).wait.isGiven)
        #expect(try ReplayCommand.parse(["2", "--wait"]).wait.limit == nil)
        #expect(try StatusCommand.parse(["-watch"]).watch.isGiven)
        #expect(try DeploymentsCommand.parse(["-watch", "-limit", "5"]).watch.isGiven)
        #expect(try LogsCommand.parse(["1", "-follow"]).follows && LogsCommand.parse(["--follow"]).follows)
        #expect(try CancelCommand.parse(["3", "-yes"]).id == 3)
        let logs = try LogsCommand.parse(["12", "-f"])
        #expect(logs.id == 12 && logs.follows)
        let output = try LogsCommand.parse(["-app", "web", "-lines", "5"])
        #expect(output.app == "web" && output.lines == 5)
        #expect(try LogsCommand.parse(["-app", "web", "-f"]).follows)
        #expect(throws: (any Error).self) { try LogsCommand.parse(["-app", "web", "12"]) }
        #expect(throws: (any Error).self) { try LogsCommand.parse(["-app", "web", "-lines", "0"]) }
        #expect(throws: (any Error).self) { try LogsCommand.parse(["1", "-lines", "5"]) }
        #expect(try !LogsCommand.parse([]).follows)
        #expect(try ResetCommand.parse(["-yes"]).confirmation.isGiven)
        let token = try TokenCommand.parse(["create", "ci", "-role", "operate", "-tokens", "/t"])
        #expect(token.name == "ci" && token.role == .operate && token.tokens == "/t")
        #expect(try AuditCommand.parse(["-before", "7", "-limit", "3"]).page.before == 7)
        #expect(try AttachCommand.parse(["http://h:1", "-ascii"]).url == "http://h:1")
    }

    /// The commands that concern an observer.
    static let commands = ObserverCommand.groups.filter { $0.title != "Other" }.flatMap(\.commands)
        .compactMap { $0.configuration.commandName }

    @Test("every command accepts the address of an observer, all settings, and -json", arguments: commands)
    func common(name: String) throws {
        let command = try #require(ObserverCommand.command(named: name))
        let id = ["delivery", "replay", "cancel", "approve", "reject", "why"].contains(name) ? ["1"] : []
        // The dashboard has no JSON.
        let json = name == "attach" ? [] : ["-json"]
        let settings = ["-state", "/s", "-owner", "o", "-repo=r", "-pat", "x", "-prune", "-poll=0"]
        for address in [["-url", "http://h:1"], ["-socket=/s"]] {
            _ = try command.parse(id + address + settings + json)
        }
        for flags in [["-url", "http://h:1", "-socket", "/s"], ["-nonsense"]] {
            #expect(throws: (any Error).self) { try command.parse(id + flags) }
        }
    }

    @Test(
        "an invalid command line has status 64",
        arguments: [
            ["deliveries", "-limit", "0"], ["deliveries", "-limit", "501"], ["deliveries", "-verdict", "odd"],
            ["delivery", "x"], ["delivery"], ["deployments", "-before", "x"], ["status", "-url", "a", "-socket", "b"],
            ["attach", "http://h:1", "-socket", "/s"], ["status", "stray"], ["deploy", "-wait-timeout", "5"],
            ["deploy", "-wait", "-wait-timeout", "0"], ["deployments", "-watch", "-before", "3"], ["completion"],
            ["completion", "tcsh"], ["status", "-json=maybe"], ["version", "stray"], ["deploy", "a b"],
            ["deploy", "head~1"], ["token"], ["token", "create"], ["token", "remove", "x"], ["token", "create", "a b"],
            ["token", "create", "admin"], ["token", "create", "x", "-role", "boss"],
        ])
    func invalid(arguments: [String]) throws {
        let error = #expect(throws: (any Error).self) { try ObserverCommand.parsed(arguments) }
        #expect(try ExitStatus(of: #require(error)) == .usage)
        #expect(
            try ObserverCommand.explanation(of: #require(error), arguments: arguments)
                .hasSuffix("\nRun 'observer \(arguments[0]) -h' for help."))
    }

    @Test(
        "a missing or unusable argument is described",
        arguments: [
            (["cancel"], "Missing expected argument '<id>': ID of the deployment; see 'observer deployments'."),
            (["logs", "x"], "'x' is not the ID of a deployment; see 'observer deployments'."),
            (["replay", "x"], "'x' is not the ID of a delivery; see 'observer deliveries'."),
        ])
    func described(arguments: [String], problem: String) throws {
        let error = try #require(throws: (any Error).self) { try ObserverCommand.parsed(arguments) }
        let text = ObserverCommand.explanation(of: error, arguments: arguments)
        #expect(text.hasPrefix(problem))
    }

    @Test(
        "a command after flags is explained",
        arguments: [["-owner", "x", "status"], ["-url", "http://h:1", "status"]])
    func commandAfterFlags(arguments: [String]) throws {
        let error = try #require(throws: (any Error).self) { try ObserverCommand.parsed(arguments) }
        let text = ObserverCommand.explanation(of: error, arguments: arguments)
        #expect(text.hasSuffix("\nPut the command first: observer status [options]"))
    }

    @Test("an unknown command is reported as such", arguments: [["stauts"], ["stauts", "-json"], ["help", "stauts"]])
    func unknown(arguments: [String]) throws {
        let error = #expect(throws: (any Error).self) {
            var command = try ObserverCommand.parsed(arguments)
            try command.run()
        }
        #expect(try ExitStatus(of: #require(error)) == .usage)
        #expect(
            try ObserverCommand.explanation(of: #require(error), arguments: arguments)
                == "Unknown command 'stauts'. Did you mean 'status'?\nRun 'observer -h' for flags and commands.")
    }
}
