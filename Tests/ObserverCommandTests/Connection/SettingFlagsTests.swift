import ArgumentParser
import ObserverEngine
import TestTraits
import Testing

@testable import observer

@Suite("Flags of the settings", .onComputingQueue)
struct SettingFlagsTests {
    private func error(_ arguments: [String]) throws -> any Error {
        try #require(throws: (any Error).self) { _ = try RunCommand.parse(arguments) }
    }

    @Test("no flag has a default, so the environment applies")
    func none() throws {
        #expect(try RunCommand.parse([]).flags.given == [:])
    }

    @Test("one dash, two dashes and equals signs can be mixed; the last value wins")
    func mixed() throws {
        let command = try RunCommand.parse([
            "-owner=a", "--repo", "b", "-pat", "-dashed", "--prune", "-owner", "c", "-deploy-command", "-x",
        ])
        #expect(
            command.flags.given == [
                .owner: "c", .repo: "b", .pat: "-dashed", .prune: "true", .deployCommand: "-x",
            ])
    }

    @Test(
        "a toggle accepts a value as Go's flags do; the last value wins",
        arguments: [
            (["-prune=true", "--plain=T"], [.prune: "true", .plain: "true"]),
            (["-prune=false", "--no-commit-status=0"], [.prune: "false", .noCommitStatus: "false"]),
            (["-prune", "-prune=FALSE"], [.prune: "false"]), (["--prune=false", "--prune"], [.prune: "true"]),
        ] as [([String], [Setting: String])])
    func toggles(arguments: [String], given: [Setting: String]) throws {
        let command = try RunCommand.parse(ObserverCommand.parserArguments(arguments))
        #expect(command.flags.given == given)
    }

    @Test("an empty value is kept", arguments: [["-owner="], ["-owner", ""]])
    func empty(arguments: [String]) throws {
        #expect(try RunCommand.parse(arguments).flags.given == [.owner: ""])
    }

    @Test("help and version have the usual flags", arguments: ["-h", "-help", "--help"])
    func help(flag: String) throws {
        #expect(try RunCommand.parse([flag]).showsHelp)
        #expect(try RunCommand.parse(["-version"]).showsVersion)
        #expect(try RunCommand.parse(["--version"]).showsVersion)
        #expect(try RunCommand.parse(["-V"]).showsVersion)
    }

    @Test(
        "an invalid flag is named, with a hint, and has status 64",
        arguments: [
            (["-ower", "x"], "-ower"), (["-owner"], "-owner"), (["stray"], "stray"), (["-prune=maybe"], "-prune"),
            (["--no-such-flag"], "--no-such-flag"),
        ])
    func wrong(arguments: [String], named: String) throws {
        let error = try error(arguments)
        #expect(ExitStatus(of: error) == .usage)
        let text = ObserverCommand.explanation(of: error, arguments: arguments)
        #expect(text.contains(named), "\(text)")
        #expect(text.hasSuffix("\nRun 'observer -h' for flags and commands."))
    }

    @Test(
        "a token in the wrong place is redacted",
        arguments: [
            "4f0a1b2c3d4e5f60718293a4b5c6d7e8f901234c", "4F0A1B2C3D4E5F60718293A4B5C6D7E8F901234C",
            "ghp_0123456789abcdefghijABCDEFGHIJ012345", "gho_0123456789abcdefghijABCDEFGHIJ012345",
            "github_pat_11ABCDEFG0aBcDeFgHiJkL_mNoPqRsTuVwXyZ0123456789aBcDeFgHiJkLmNoPqRsTuVwXyZ01234567",
        ])
    func tokens(token: String) throws {
        for arguments in [
            [token], ["-token", token], ["-pat\(token)"], ["-owner", "x", "--\(token)"], ["-pta=\(token)"],
        ] {
            let text = ObserverCommand.explanation(of: try error(arguments), arguments: arguments)
            #expect(!text.contains(token), "\(arguments.count) arguments: \(text)")
            #expect(!text.contains(token.dropFirst(4)), "\(text)")
        }
    }
}
