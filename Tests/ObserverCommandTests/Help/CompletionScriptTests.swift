import Foundation
import ObserverEngine
import Testing

@testable import observer

@Suite("Completion scripts")
struct CompletionScriptTests {
    @Test("every script has every command and every flag that the help shows", arguments: Shell.allCases)
    func isComplete(shell: Shell) throws {
        let commandLine = try CommandLineDescription.ofProgram()
        let text = CompletionScript(commandLine: commandLine).text(for: shell)
        #expect(text.hasSuffix("\n") && !text.contains("********"))
        for command in commandLine.commands { #expect(text.contains(command.name)) }
        for flag in ([commandLine.run] + commandLine.commands).flatMap(\.flags) {
            for name in flag.names {
                let spelling = shell != .fish ? "-\(name)" : name.count == 1 ? "-s \(name) " : "-o \(name) -l \(name)"
                #expect(text.contains(spelling) || flag.flag != "-\(name)", "\(spelling)")
            }
        }
        #expect(!text.contains("-no-prune"))
    }

    @Test(
        "bash completes commands, their flags, and the values of flags",
        arguments: [
            (["st"], ["status"]), (["deplo"], ["deployments", "deploy"]), (["logs", "-fo"], []),
            (["logs", "-f"], ["-f"]),
            (["status", "-wa"], ["-watch"]), (["status", "--wa"], ["--watch"]), (["-log-level", "w"], ["warning"]),
            (["-log-level", "=", "w"], ["warning"]), (["deliveries", "-verdict", "p"], ["ping"]),
            (["completion", ""], ["bash", "zsh", "fish"]), (["help", "rol"], ["rollback"]), (["-pru"], ["-prune"]),
            (["deploy", "-pru"], []), (["-state", "/et"], ["/etc"]), (["status", "-sock"], ["-socket"]),
        ])
    func bash(words: [String], expected: [String]) throws {
        let script = CompletionScript(commandLine: try .ofProgram()).text(for: .bash)
        let quoted = (["observer"] + words).map { "'\($0)'" }.joined(separator: " ")
        let driver = """

            compopt() { :; }
            COMP_WORDS=(\(quoted)) COMP_CWORD=\(words.count)
            _observer
            printf '%s\\n' "${COMPREPLY[@]}"
            """
        let output = try Self.run("bash", script + driver)
        #expect(output.split(separator: "\n").map(String.init) == expected)
    }

    @Test("zsh and fish accept their scripts, where they are installed", arguments: [Shell.zsh, .fish])
    func syntax(shell: Shell) throws {
        guard FileManager.default.isExecutableFile(atPath: "/usr/bin/\(shell.rawValue)") else { return }
        #expect(try Self.run(shell.rawValue, CompletionScript(commandLine: .ofProgram()).text(for: shell), "-n") == "")
    }

    /// Runs a script, and returns what it prints on both streams.
    private static func run(_ shell: String, _ script: String, _ flags: String...) throws -> String {
        let file = FileManager.default.temporaryDirectory.appending(path: "completion-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data(script.utf8).write(to: file)
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [shell] + flags + [file.path]
        (process.standardOutput, process.standardError) = (output, output)
        try process.run()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return String(decoding: data, as: UTF8.self)
    }
}
