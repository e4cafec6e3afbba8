import ArgumentParser
import ObserverEngine
import TestTraits
import Testing

@testable import observer

@Suite("Mistyped commands and flags", .onComputingQueue)
struct MistypedArgumentTests {
    private func sentence(_ arguments: [String]) throws -> String? {
        MistypedArgument(in: arguments, of: try .ofProgram())?.sentence
    }

    @Test(
        "the most similar command is suggested",
        arguments: [
            ("stauts", "status"), ("staus", "status"), ("log", "logs"), ("deploi", "deploy"), ("rolback", "rollback"),
            ("deploys", "deploy"), ("deliverys", "delivery"), ("Doctor", "doctor"), ("cancle", "cancel"),
            ("atach", "attach"),
        ])
    func commands(typed: String, meant: String) throws {
        #expect(try sentence([typed, "-json"]) == "Unknown command '\(typed)'. Did you mean '\(meant)'?")
    }

    @Test("nothing is suggested for a word that is not similar", arguments: ["x", "kubernetes", "4711"])
    func strangeCommand(typed: String) throws {
        #expect(try sentence([typed]) == "Unknown command '\(typed)'.")
    }

    @Test("every command suggests each of its own flags, and no flag that its help hides")
    func flags() throws {
        let commandLine = try CommandLineDescription.ofProgram()
        for command in commandLine.commands + [commandLine.run] {
            let start = command.name == commandLine.run.name ? [] : [command.name]
            for name in command.flags.flatMap(\.names) where name.count > 3 {
                // Two letters swapped.
                var letters = Array(name)
                letters.swapAt(1, 2)
                let typed = String(letters)
                guard typed != name else { continue }
                #expect(
                    try sentence(start + ["--\(typed)"]) == "Unknown flag '--\(typed)'. Did you mean '-\(name)'?",
                    "\(command.name)")
            }
        }
        #expect(try sentence(["status", "-prne"]) == "Unknown flag '-prne'.")
        #expect(try sentence(["-prne"]) == "Unknown flag '-prne'. Did you mean '-prune'?")
    }

    @Test(
        "known arguments are not mistyped",
        arguments: [
            ["status", "-json", "-prune", "-poll", "-1"], ["logs", "1", "-follow"], ["logs", "--follow"],
            ["-owner", "-x", "-V"],
            ["delivery", "--", "-1"], [],
        ])
    func known(arguments: [String]) throws {
        #expect(try sentence(arguments) == nil)
    }

    @Test(
        "the error of a mistyped flag names the help of its command",
        arguments: [["logs", "-folow"], ["deploy", "-forse"], ["doctor", "-marathn=x"]])
    func advice(arguments: [String]) throws {
        let error = try #require(throws: (any Error).self) { try ObserverCommand.parsed(arguments) }
        #expect(ExitStatus(of: error) == .usage)
        let lines = ObserverCommand.explanation(of: error, arguments: arguments).split(separator: "\n")
        #expect(
            lines.count == 2 && lines[0].contains("Did you mean")
                && lines[1] == "Run 'observer \(arguments[0]) -h' for help.")
    }
}
