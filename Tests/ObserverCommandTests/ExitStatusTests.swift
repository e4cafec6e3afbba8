import Foundation
import ObserverEngine
import TestTraits
import Testing

@testable import observer

@Suite("Exit status", .onComputingQueue)
struct ExitStatusTests {
    @Test("the numbers are those of sysexits.h")
    func numbers() {
        #expect(ExitStatus.success.rawValue == 0)
        #expect(ExitStatus.usage.rawValue == 64)
        #expect(ExitStatus.unavailable.rawValue == 69)
        #expect(ExitStatus.software.rawValue == 70)
        #expect(ExitStatus.cannotCreate.rawValue == 73)
        #expect(ExitStatus.temporaryFailure.rawValue == 75)
        #expect(ExitStatus.refused.rawValue == 77)
        #expect(ExitStatus.timedOut.rawValue == 124)
    }

    @Test("invalid settings have status 64 and keep their message")
    func settings() throws {
        var reader = ConfigurationReader(sources: SettingSources(flags: [:], environment: [:], directory: "/"))
        let error = try #require(throws: ConfigurationError.self) { try reader.read() }
        #expect(ExitStatus(of: error) == .usage)
        #expect(ObserverCommand.explanation(of: error) == error.description)
    }

    @Test("the JSON of an error is sentences without line breaks")
    func json() {
        #expect(
            ExitStatus.usage.json(reporting: "Unknown flag '-forse'.\nRun 'observer deploy -h' for help.")
                == #"{"error":"Unknown flag '-forse'. Run 'observer deploy -h' for help.","exitStatus":64}"#)
        #expect(ExitStatus.failure.json(reporting: "a:\n  b\n") == #"{"error":"a: b","exitStatus":1}"#)
    }

    @Test("an unusable state directory has status 73, one in use 75")
    func stateDirectory() {
        #expect(
            ExitStatus(of: StateDirectory.Problem.unusable(path: "/x", reason: "read-only", isPermission: false))
                == .cannotCreate)
        #expect(ExitStatus(of: StateDirectory.Problem.taken(path: "/x")) == .temporaryFailure)
        #expect(
            ObserverCommand.explanation(of: StateDirectory.Problem.taken(path: "/x")).contains(
                "with -state"))
    }

    @Test("the documents list every status", arguments: observer.ExitStatus.allCases)
    func documented(status: observer.ExitStatus) throws {
        let docs = URL(filePath: #filePath).appending(path: "../../../docs").standardizedFileURL
        let tables = try ["commands.md", "settings.md"].map { name in
            try String(contentsOf: docs.appending(path: name), encoding: .utf8).split(separator: "\n")
                .filter { $0.hasPrefix("| \(status.rawValue) |") }
        }
        #expect(tables.contains { !$0.isEmpty }, "\(status.rawValue)")
    }

    @Test("any other error has status 70")
    func other() {
        struct Other: Error {}
        #expect(ExitStatus(of: Other()) == .software)
    }
}
