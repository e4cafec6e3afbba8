import ArgumentParser
import Processes
import Simulators
import Subprocess
import Testing

@testable import observer

@Suite("Errors of every command")
struct CommandErrorTests {
    private static let commands = ObserverCommand.groups.flatMap(\.commands).compactMap { $0.configuration.commandName }
    /// Commands that talk to an observer, with the arguments that they require.
    private static let remote =
        commands
        .filter { !["doctor", "init", "token", "help", "version", "completion"].contains($0) }
        .map { ["delivery", "replay", "cancel", "approve", "reject", "why"].contains($0) ? [$0, "1"] : [$0] }

    private func observe(_ arguments: [String], environment: [String: String] = [:]) async throws -> ObserverExit {
        try await withTemporaryDirectory { directory in
            try await withObserverProcess(arguments: arguments, environment: environment, directory: directory) { _ in }
        }
    }

    @Test("a mistyped flag has status 64 and names the help of the command", arguments: commands)
    func mistypedFlag(command: String) async throws {
        let exit = try await observe([command, "-nonsense"])
        #expect(exit.status == .exited(64) && exit.output.isEmpty)
        #expect(exit.log.first == "observer: Unknown flag '-nonsense'.")
        #expect(
            exit.log.last
                == "Run 'observer \(command == "help" ? "" : "\(command) ")-h' for \(command == "help" ? "flags and commands" : "help")."
        )
    }

    @Test("a mistyped flag with an h in it does not print the help")
    func mistypedFlagWithH() async throws {
        for arguments in [["status", "-healt"], ["deploy", "-yhes"]] {
            let exit = try await observe(arguments)
            #expect(exit.status == .exited(64) && exit.output.isEmpty)
            #expect(exit.log.first?.hasPrefix("observer: Unknown flag '\(arguments[1])'.") == true, "\(exit.log)")
        }
        let help = try await observe(["status", "-h"])
        #expect(help.status == .exited(0) && help.output.first?.hasPrefix("OVERVIEW: ") == true)
    }

    @Test("without settings that name an observer, the status is 64", arguments: remote)
    func unknownObserver(command: [String]) async throws {
        let exit = try await observe(command)
        #expect(exit.status == .exited(64) && exit.output.isEmpty)
        #expect(exit.log.first == "observer: Can't determine which observer to connect to:")
    }

    @Test("without a running observer, the status is 69, also as JSON", arguments: remote)
    func noObserver(command: [String]) async throws {
        let text = try await observe(command + ["-socket", "none.sock"])
        #expect(text.status == .exited(69) && text.output.isEmpty, "\(text)")
        #expect(text.log.count == 1)
        #expect(text.log.last?.hasSuffix(". Start it with 'observer', or select another with -socket or -url.") == true)
        guard command != ["attach"] else { return }
        let json = try await observe(command + ["-socket", "none.sock", "-json"])
        #expect(json.status == .exited(69) && json.output.isEmpty && json.log.count == 1)
        let report = try JSON(parsing: Array(#require(json.log.first).utf8))
        #expect(
            report["exitStatus"] == 69 && report["error"]?.string?.hasPrefix("No observer is running at ") == true)
    }

    @Test("a wrong or missing token has status 77 and is named")
    func adminToken() async throws {
        try await withRunningObserver { running in
            for (token, sentence) in [("wrong", "rejected the token"), ("", "requires a token")] {
                let exit = try await running.run(
                    "status", "-url", running.url, environment: ["DPLOY_OBSERVER_ADMIN_TOKEN": token])
                #expect(exit.status == .exited(77))
                #expect(exit.log.last?.hasPrefix("observer: The observer at ") == true, "\(exit.log)")
                #expect(exit.log.last?.contains(sentence) == true)
                #expect(exit.log.last?.contains("DPLOY_OBSERVER_TOKEN") == true)
            }
        }
    }

    @Test("a finished deployment can't be cancelled, and nothing is asked first")
    func cancelFinished() async throws {
        try await withRunningObserver { running in
            try await running.deploy(mem: 32)
            for arguments in [["1"], ["1", "-yes"]] {
                let exit = try await withObserverProcess(
                    arguments: ["cancel"] + arguments, environment: running.environment, directory: running.directory
                ) { _ in }
                #expect(exit.status == .exited(1))
                #expect(
                    exit.log == ["observer: Deployment 1 has already ended: succeeded. Nothing was cancelled."])
            }
        }
    }

    @Test("the version is printed in every usual way", arguments: [["version"], ["-version"], ["--version"], ["-V"]])
    func version(arguments: [String]) async throws {
        let exit = try await observe(arguments)
        #expect(exit.status == .exited(0) && exit.log.isEmpty)
        #expect(exit.output == ["dploy observer version 0.5.0"])
    }

    @Test("version and completion print to standard output, with status 0")
    func output() async throws {
        #expect(try await observe(["version", "-json"]).output == [#"{"version":"0.5.0"}"#])
        for shell in Shell.allCases {
            let exit = try await observe(["completion", shell.rawValue])
            #expect(exit.status == .exited(0) && exit.log.isEmpty && exit.output.count > 20)
        }
        #expect(try await observe(["help", "-man"]).output.first?.hasPrefix(".TH OBSERVER 1") == true)
    }
}
