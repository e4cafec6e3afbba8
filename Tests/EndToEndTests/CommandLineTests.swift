import ObserverEngine
import Processes
import Subprocess
import Testing

@Suite("The command line of the built program")
struct CommandLineTests {
    @Test(
        "-h and help print every flag and command to stdout, with status 0",
        arguments: ["-h", "-help", "--help", "help"])
    func help(argument: String) async throws {
        let run = try await observe([argument])
        #expect(run.status == .exited(0))
        #expect(run.log.isEmpty)
        #expect(run.output.joined(separator: "\n") == HelpGolden.text)
    }

    @Test(
        "the help of a command is printed to stdout, with status 0",
        arguments: [["help", "rollback"], ["rollback", "-h"], ["rollback", "--help", "-owner", "x"]])
    func commandHelp(arguments: [String]) async throws {
        let run = try await observe(arguments)
        #expect(run.status == .exited(0))
        #expect(run.log.isEmpty)
        #expect(run.output.joined(separator: "\n") == HelpGolden.rollback)
    }

    @Test("-version prints the version to stdout, with status 0", arguments: ["-version", "--version"])
    func version(flag: String) async throws {
        let run = try await observe([flag])
        #expect(run.status == .exited(0))
        #expect(run.output == ["dploy observer version \(Version.current)"])
        #expect(run.log.isEmpty)
    }

    @Test("an invalid flag is reported on stderr, with status 64")
    func wrongFlag() async throws {
        let run = try await observe(["-ower", "x"])
        #expect(run.status == .exited(64))
        #expect(run.output.isEmpty)
        #expect(run.log.first?.hasPrefix("observer: ") == true)
        #expect(run.log.first?.contains("-ower") == true)
    }

    @Test("all invalid and missing settings are reported on stderr at once, with status 64")
    func wrongSettings() async throws {
        let run = try await observe(["-log-level=loud"], environment: ["DPLOY_OBSERVER_DELAY_REGISTRATION": "soon"])
        #expect(run.status == .exited(64))
        #expect(run.output.isEmpty)
        #expect(run.log.first == "observer: 5 settings are missing or invalid:")
        #expect(run.log.count == 6)
        for source in ["-owner or ", "-repo or ", "-pat or ", "-log-level: ", "DPLOY_OBSERVER_DELAY_REGISTRATION: "] {
            #expect(run.log.contains { $0.hasPrefix("  \(source)") }, "\(source)")
        }
    }

    @Test("without an observer, a command names the next step, also for a path that is too long for a socket")
    func noObserver() async throws {
        let long = "/" + String(repeating: "x", count: 120)
        for (path, problem) in [
            ("/nowhere/control.sock", "No observer is running at /nowhere/control.sock."),
            (long, "Can't connect to the observer at \(long): the path of the socket is too long."),
        ] {
            let run = try await observe(["status", "-socket", path])
            #expect(run.status == .exited(69))
            #expect(
                run.log == [
                    "observer: \(problem) Start it with 'observer', or select another with -socket or -url."
                ])
        }
    }

    @Test("an unusable state directory is reported without the token, with status 73")
    func stateDirectory() async throws {
        let token = "ghp_0123456789abcdefghijABCDEFGHIJ012345"
        let run = try await observe(["-owner=o", "-repo=r", "-pat=\(token)", "-state=/dev/null/state"])
        #expect(run.status == .exited(73))
        let printed = (run.log + run.output).joined(separator: "\n")
        #expect(printed.contains("Can't use the state directory /dev/null/state"))
        #expect(printed.contains("a part of the path is a file. Choose another with -state."))
        #expect(!printed.contains(token))
    }

    /// Runs the program in an empty directory until it ends.
    private func observe(_ arguments: [String], environment: [String: String] = [:]) async throws -> ObserverExit {
        try await withTemporaryDirectory { directory in
            try await withObserverProcess(arguments: arguments, environment: environment, directory: directory) { _ in }
        }
    }
}
