import ObserverEngine
import Processes
import Subprocess
import Testing

@Suite("The built program on the command line")
struct CommandLineTests {
    @Test("-h prints every flag to stdout and ends with 0", arguments: ["-h", "-help", "--help"])
    func help(flag: String) async throws {
        let run = try await observe([flag])
        #expect(run.status == .exited(0))
        #expect(run.log.isEmpty)
        #expect(run.output.joined(separator: "\n") == HelpGolden.text)
    }

    @Test("-version prints the version to stdout and ends with 0", arguments: ["-version", "--version"])
    func version(flag: String) async throws {
        let run = try await observe([flag])
        #expect(run.status == .exited(0))
        #expect(run.output == ["dploy observer version \(Version.current)"])
        #expect(run.log.isEmpty)
    }

    @Test("a wrong flag goes to stderr and ends with 64")
    func wrongFlag() async throws {
        let run = try await observe(["-ower", "x"])
        #expect(run.status == .exited(64))
        #expect(run.output.isEmpty)
        #expect(run.log.first?.hasPrefix("observer: ") == true)
        #expect(run.log.first?.contains("-ower") == true)
    }

    @Test("everything that is wrong or missing goes to stderr in one go, and ends with 64")
    func wrongSettings() async throws {
        let run = try await observe(["-log-level=loud"], environment: ["DPLOY_OBSERVER_DELAY_REGISTRATION": "soon"])
        #expect(run.status == .exited(64))
        #expect(run.output.isEmpty)
        #expect(run.log.first == "observer: observer can't start, 5 settings must be mended:")
        #expect(run.log.count == 6)
        for source in ["-owner or ", "-repo or ", "-pat or ", "-log-level: ", "DPLOY_OBSERVER_DELAY_REGISTRATION: "] {
            #expect(run.log.contains { $0.hasPrefix("  \(source)") }, "\(source)")
        }
    }

    @Test("a state directory that can't be made ends with 73, and the token is not in the message")
    func stateDirectory() async throws {
        let token = "ghp_0123456789abcdefghijABCDEFGHIJ012345"
        let run = try await observe(["-owner=o", "-repo=r", "-pat=\(token)", "-state=/dev/null/state"])
        #expect(run.status == .exited(73))
        let said = (run.log + run.output).joined(separator: "\n")
        #expect(said.contains("Can't use the state directory /dev/null/state"))
        #expect(said.contains("choose another with -state"))
        #expect(!said.contains(token))
    }

    /// One run, from its start to its end, in an empty directory.
    private func observe(_ arguments: [String], environment: [String: String] = [:]) async throws -> ObserverExit {
        try await withTemporaryDirectory { directory in
            try await withObserverProcess(arguments: arguments, environment: environment, directory: directory) { _ in }
        }
    }
}
