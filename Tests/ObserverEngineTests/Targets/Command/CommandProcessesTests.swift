import Foundation
import Simulators
import Testing

@testable import ObserverEngine

@Suite("Commands that outlive their observer")
struct CommandProcessesTests {
    @discardableResult
    private func run(
        _ command: String, by processes: CommandProcesses, in directory: String
    ) async throws -> ChildProcess.Ending {
        try await processes.with(command, environment: ["PATH": "/usr/bin:/bin"], in: directory) { process in
            try await process.run { _ in }
        }
    }

    private func records(in state: String) throws -> [String] {
        let directory = state + "/commands"
        guard FileManager.default.fileExists(atPath: directory) else { return [] }
        return try FileManager.default.contentsOfDirectory(atPath: directory)
    }

    @Test("an observer waits for the command of an earlier one, and not for its own")
    func waits() async throws {
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let (earlier, later) = (CommandProcesses(in: directory), CommandProcesses(in: directory))
        async let first = run("touch started; sleep 2; echo first >>log", by: earlier, in: directory)
        try await withTimeout(.testTimeout) {
            while !FileManager.default.fileExists(atPath: directory + "/started") {
                try await Task.sleep(for: .milliseconds(10))
            }
        }
        #expect(try records(in: directory).count == 1)
        try await earlier.endLeftovers()
        try await later.endLeftovers()
        try await run("echo second >>log", by: later, in: directory)
        let ending = try await first
        #expect(ending.isSuccess)
        #expect(try String(contentsOfFile: directory + "/log", encoding: .utf8) == "first\nsecond\n")
        #expect(try records(in: directory) == [], "commands that have ended are not recorded")
    }

    @Test("a file whose process has ended, or with something else in it, is removed")
    func outdated() async throws {
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try FileManager.default.createDirectory(atPath: directory + "/commands", withIntermediateDirectories: true)
        for (name, text) in [("a", "4194303\n"), ("b", "?"), ("c", "1\n"), ("d", "")] {
            try Data(text.utf8).write(to: URL(filePath: "\(directory)/commands/\(name)"))
        }
        try await CommandProcesses(in: directory).endLeftovers()
        #expect(try records(in: directory) == [])
    }

    @Test("a program that got the ID of an earlier command later is left alone")
    func reusedID() async throws {
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let state = directory + "/state"
        try FileManager.default.createDirectory(atPath: state + "/commands", withIntermediateDirectories: true)
        async let other = run(
            "echo $$ >id; sleep 3 & wait; echo done >log", by: CommandProcesses(in: nil), in: directory)
        let id = try await withTimeout(.testTimeout) {
            while true {
                if let text = try? String(contentsOfFile: directory + "/id", encoding: .utf8), text.hasSuffix("\n") {
                    return text
                }
                try await Task.sleep(for: .milliseconds(10))
            }
        }
        let record = state + "/commands/earlier"
        try Data(id.utf8).write(to: URL(filePath: record))
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: -7200)], ofItemAtPath: record)
        try await CommandProcesses(in: state).endLeftovers()
        #expect(!FileManager.default.fileExists(atPath: directory + "/log"), "it is not waited for")
        let ending = try await other
        #expect(ending.isSuccess)
        #expect(FileManager.default.fileExists(atPath: directory + "/log"))
    }

    @Test("a state directory that can't be written does not keep a command from running")
    func notRecorded() async throws {
        let ending = try await run("test \"$0\" = /bin/sh", by: CommandProcesses(in: "/dev/null"), in: "/")
        #expect(ending.isSuccess)
    }
}
