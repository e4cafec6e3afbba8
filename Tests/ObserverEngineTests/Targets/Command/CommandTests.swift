import Foundation
import ObserverEngine
import Simulators
import Testing

@Suite("Deploying with a command")
struct CommandTests {
    @Test("it runs in the tree, gets the commit in its environment, and no secret")
    func environment() async throws {
        let token = GitHubSimulator.Token.standard.value
        var setup = ObserverSetup { $0.flags[.deployCommand] = "cat greeting; env" }
        setup.environment = [
            "PATH": "/usr/bin:/bin", "HOME": "/root", "COPY_OF_THE_TOKEN": "x-\(token)-x",
            "DPLOY_OBSERVER_GITHUB_PAT": "an-older-token", "DPLOY_OBSERVER_WEBHOOK_SECRET": "whsec-of-hooks",
            "DPLOY_MARATHON_TOKEN": "dcos-token",
        ]
        try await withObserver(setup) { world in
            let run = try await world.deploy(["greeting": "hello\n"])
            #expect(run.stage == .succeeded, "\(run.outcome ?? "")")
            #expect(run.outcome == "the deploy command succeeded")
            let lines = try await world.journal(of: run)
            for expected in [
                "hello", "DPLOY_COMMIT=\(run.commit)", "DPLOY_BRANCH=dcos", "DPLOY_OWNER=mhausenblas", "DPLOY_REPO=s4d",
                "DPLOY_PUSHER=\(world.gitHub.options.pusher.login)", "HOME=/root",
            ] { #expect(lines.contains("output \(expected)"), "\(expected)") }
            for secret in [
                "GITHUB_PAT", "older-token", "COPY_OF_THE_TOKEN", "whsec-of-hooks", "dcos-token", token,
                world.configuration.hookSecret.value,
            ] {
                #expect(!lines.contains { $0.contains(secret) }, "\(secret)")
            }
            #expect(world.marathon.requests().isEmpty)
        }
    }

    @Test(
        "its exit status decides",
        arguments: [
            ("exit 3", "The deploy command exited with status 3 and printed no reason."),
            ("kill -9 $$", "The deploy command was killed by signal 9 and printed no reason."),
            ("no-such-program-anywhere", "The deploy command exited with status 127. Its last line: "),
        ])
    func failing(command: String, expected: String) async throws {
        try await withObserver(ObserverSetup { $0.flags[.deployCommand] = command }) { world in
            let run = try await world.deploy(["a": "b"])
            #expect(run.stage == .failed)
            #expect(run.outcome?.hasPrefix(expected) == true, "\(run.outcome ?? "")")
        }
    }

    @Test("both of its streams are logged line by line, including an unterminated last line")
    func output() async throws {
        let command = "printf 'one\\ntwo\\r\\n'; printf 'to the log\\n' >&2; printf 'unended \\033[31m'"
        try await withObserver(ObserverSetup { $0.flags[.deployCommand] = command }) { world in
            let run = try await world.deploy(["a": "b"])
            let output = try await world.journal(of: run).filter { $0.hasPrefix("output ") }
            #expect(output.count == 4)
            #expect(Set(output.prefix(3)) == ["output one", "output two", "output to the log"])
            #expect(output.last?.hasPrefix("output unended ") == true)
            #expect(output.last?.unicodeScalars.contains("\u{1B}") == false)
        }
    }

    @Test("a token that it prints is redacted in the log")
    func redaction() async throws {
        let token = GitHubSimulator.Token.standard.value
        try await withObserver(ObserverSetup { $0.flags[.deployCommand] = "echo leak \(token)" }) { world in
            let run = try await world.deploy(["a": "b"])
            #expect(run.stage == .succeeded)
            let journal = try await world.journal(of: run)
            #expect(!journal.contains { $0.contains(token) })
            #expect(!world.log.contains(token))
        }
    }

    @Test(
        "processes that it leaves running are killed",
        arguments: ["sleep 600 >/dev/null 2>&1 &", "sleep 600 &", "trap '' TERM; sleep 600 & exit 0"])
    func leftover(command: String) async throws {
        try await withObserver(ObserverSetup { $0.flags[.deployCommand] = "echo group $$; \(command)" }) { world in
            let run = try await world.deploy(["a": "b"])
            #expect(run.stage == .succeeded, "\(run.outcome ?? "")")
            try await expectEnd(ofGroupIn: try await world.journal(of: run))
        }
    }

    @Test("a command that closes its output is still waited for")
    func closedOutput() async throws {
        let command = "exec >/dev/null 2>&1; sleep 1; exit 7"
        try await withObserver(ObserverSetup { $0.flags[.deployCommand] = command }) { world in
            let run = try await world.deploy(["a": "b"])
            #expect(
                run.outcome?.hasPrefix("The deploy command exited with status 7 and") == true, "\(run.outcome ?? "")")
        }
    }

    @Test(
        "at the deadline it is killed with everything that it started",
        arguments: [
            "sleep 600", "sleep 600 & wait",
            "trap '' TERM; sh -c 'trap \"\" TERM; while :; do sleep 1; done' & wait; sleep 600",
            "(trap '' TERM; exec sleep 600) & exit_later() { sleep 600; }; exit_later",
        ])
    func deadline(command: String) async throws {
        var setup = ObserverSetup.timeout(5)
        setup.flags[.deployCommand] = "echo group $$; \(command)"
        try await withObserver(setup) { world in
            let run = try await world.deploy(["a": "b"])
            #expect(run.stage == .failed)
            let expected =
                "The deploy command timed out after \(Duration.seconds(5 * Slowness.factor).brief) and was killed."
            #expect(run.outcome?.hasPrefix(expected) == true, "\(run.outcome ?? "")")
            try await expectEnd(ofGroupIn: try await world.journal(of: run))
        }
    }

    private func expectEnd(ofGroupIn journal: [String]) async throws {
        let line = try #require(journal.first { $0.hasPrefix("output group ") })
        let group = try #require(Int(line.dropFirst("output group ".count)))
        // A killed process may take a moment to disappear.
        try await withTimeout(.testTimeout) {
            while try ProcessGroup.members(of: group).isEmpty == false { try await Task.sleep(for: .milliseconds(10)) }
        }
    }
}
