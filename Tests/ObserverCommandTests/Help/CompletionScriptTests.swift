import Foundation
import ObserverEngine
import TestTraits
import Testing

@testable import observer

@Suite("Completion scripts", .onComputingQueue)
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
            (["-drift", ""], ["report", "correct", "ignore"]), (["plan", "-targ"], ["-target"]),
            (["token", ""], ["create"]), (["token", "create", ""], []), (["plan", "/et"], ["/etc"]),
            (["token", "-role", "read", ""], ["create"]), (["token", "-role", "=", "read", ""], ["create"]),
            (["token", "create", "-json", "=", "true", ""], []),
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

    @Test(
        "bash completes ids that a running observer has, and passes on which one is meant",
        arguments: [
            ("rollback", "succeeded"), ("approve", "unapproved"), ("reject", "unapproved"), ("replay", "pushes"),
            ("delivery", "deliveries"),
        ])
    func ids(command: String, subject: String) throws {
        let script = CompletionScript(commandLine: try .ofProgram()).text(for: .bash)
        let driver = """

            observer() { printf '7\\tsucceeded\\n71\\t%s\\n8\\tfailed\\n' "$*" | tee "$0.asked"; }
            compopt() { :; }
            COMP_WORDS=(observer \(command) -state /tmp/x 7) COMP_CWORD=4
            _observer
            printf '%s\\n' "${COMPREPLY[@]}"
            cut -s -f 2 "$0.asked" | sed -n 2p
            rm "$0.asked"
            """
        let output = try Self.run("bash", script + driver).split(separator: "\n").map(String.init)
        #expect(output == ["7", "71", "complete \(subject) \(command) -state /tmp/x 7"])
        for shell in [Shell.zsh, .fish] {
            let text = CompletionScript(commandLine: try .ofProgram()).text(for: shell)
            #expect(text.contains("observer complete \(subject)"))
        }
    }

    @Test(
        "the flags that select an observer are found in an incomplete command line",
        arguments: [
            (["rollback", "-state", "/x", "1"], ["--state", "/x"]),
            (["-socket=/s", "--url", "=", "u"], ["--socket", "/s", "--url", "u"]),
            (["logs", "-f", "-state"], []), (["-owner", "a", "-json"], ["--owner", "a"]),
        ] as [([String], [String])])
    func selection(words: [String], expected: [String]) {
        #expect(CompleteCommand.selection(in: words) == expected)
    }

    @Test("only stored pushes are offered for a replay")
    func replayable() {
        let delivery = { (id: Int64, event: String) in
            DeliverySummary(id: id, guid: "g", event: event, receivedAt: Date(), verdict: .accepted)
        }
        let rows = [delivery(1, "push"), delivery(2, "ping"), delivery(-1, "push")]
        #expect(rows.filter(CompleteCommand.isReplayable).map(\.id) == [1])
    }

    @Test("fish offers the values of an argument only until it is given")
    func fishArgument() throws {
        let text = CompletionScript(commandLine: try .ofProgram()).text(for: .fish)
        #expect(text.contains("complete -c observer -n '__observer_awaits token' -k -a 'create'"))
        #expect(text.contains("complete -c observer -n '__observer_awaits plan' -k -a '(__fish_complete_directories"))
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
