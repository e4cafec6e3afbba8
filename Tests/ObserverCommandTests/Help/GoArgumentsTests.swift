import TestTraits
import Testing

@testable import observer

@Suite("Arguments as Go's flags accept them", .onComputingQueue)
struct GoArgumentsTests {
    private func parsed(_ arguments: [String]) throws -> [String] {
        try ObserverCommand.parserArguments(arguments)
    }

    private func invalidToggle(_ arguments: [String]) throws -> (flag: String, value: String)? {
        GoArguments(command: try CommandDescription(of: arguments)).invalidToggle(in: arguments)
    }

    @Test(
        "a flag without a value accepts true and false",
        arguments: [
            (["-prune=true", "--plain=T"], ["--prune", "--plain"]), (["-prune=false"], ["--no-prune"]),
            (["--no-commit-status=0"], ["--no-no-commit-status"]), (["-ascii=1", "-h=false"], ["--ascii"]),
            (["status", "-json=true"], ["status", "--json"]), (["status", "--json=false"], ["status"]),
            (["rollback", "-yes=TRUE", "-prune=false"], ["rollback", "--yes", "--no-prune"]),
            (["logs", "1", "-f=true"], ["logs", "1", "-f"]),
        ])
    func toggles(arguments: [String], expected: [String]) throws {
        #expect(try parsed(arguments) == expected)
    }

    @Test(
        "a negative number is an argument, but the value of a flag stays one",
        arguments: [
            (["delivery", "-1"], ["delivery", "--", "-1"]),
            (["delivery", "-1", "-json"], ["delivery", "-json", "--", "-1"]),
            (["replay", "--", "-1"], ["replay", "--", "-1"]),
            (["deliveries", "-before", "-1"], ["deliveries", "-before", "-1"]),
            (["deliveries", "-before=-1"], ["deliveries", "-before=-1"]),
        ])
    func negativeNumbers(arguments: [String], expected: [String]) throws {
        #expect(try parsed(arguments) == expected)
    }

    @Test(
        "other arguments stay as they are",
        arguments: [
            ["-prune=maybe", "-owner=true", "-state", "-prune=true"], ["status", "--", "-json=true"],
            ["stauts", "-json=true"],
            [],
        ])
    func others(arguments: [String]) throws {
        #expect(try parsed(arguments) == arguments)
    }

    @Test("a value that is neither true nor false is found")
    func invalid() throws {
        #expect(try invalidToggle(["-plain", "--prune=maybe"])?.flag == "-prune")
        #expect(try invalidToggle(["status", "-json=2"])?.value == "2")
        #expect(try invalidToggle(["status", "-json=f", "-owner=2"]) == nil)
    }
}
