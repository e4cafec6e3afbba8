import Foundation
import ObserverEngine
import Simulators
import Testing

@Suite("The guarantees of a deploy command")
struct CommandGuaranteeTests {
    /// Copies the version of the tree to a file outside of it: the running version.
    private static let install = "cp version \"$RUNNING\" && { test ! -e broken || { echo no database >&2; false; }; }"

    /// The path of the running version, and a setup whose commands know it.
    private func setup(_ change: (inout ObserverSetup) -> Void = { _ in }) throws -> (running: String, ObserverSetup) {
        let running = try temporaryDirectory() + "/running"
        var setup = ObserverSetup { $0.flags[.deployCommand] = Self.install }
        setup.environment = ["PATH": "/usr/bin:/bin", "RUNNING": running]
        change(&setup)
        return (running, setup)
    }

    private func version(at path: String) throws -> String {
        try String(contentsOfFile: path, encoding: .utf8).trimmingCharacters(in: .newlines)
    }

    @Test("a plan command that reports nothing to do prevents the deployment")
    func nothingToDo() async throws {
        let (running, setup) = try setup {
            $0.flags[.planCommand] = "cmp -s version \"$RUNNING\" || { echo '~ version'; exit 2; }"
        }
        try await withObserver(setup) { world in
            let first = try await world.deploy(["version": "1\n"])
            #expect(first.outcome == "the deploy command succeeded")
            #expect(try await world.journal(of: first).contains("plan ~ version"))
            let second = try await world.deploy(["other": "file"])
            #expect(second.stage == .succeeded)
            #expect(second.outcome == "nothing to do: the plan command reported no changes")
            #expect(try await !world.journal(of: second).contains { $0.hasPrefix("running") })
            #expect(try version(at: running) == "1")
        }
    }

    @Test("'observer plan' shows the output of the plan command, and deploys nothing")
    func plan() async throws {
        let (running, setup) = try setup { $0.flags[.planCommand] = "echo \"$DPLOY_REASON: ~ version\"; exit 2" }
        try await withObserver(setup) { world in
            let push = try await world.gitHub.push(files: ["version": "1\n"])
            _ = try await world.end(of: push.after)
            try FileManager.default.removeItem(atPath: running)
            let plan = try await world.control().plan(PlanRequest())
            #expect(plan.text == ["plan: ~ version"])
            #expect(plan.changesAnything)
            #expect(!FileManager.default.fileExists(atPath: running))
        }
    }

    @Test("a plan command that fails stops the deployment before anything is applied")
    func planFails() async throws {
        let (running, setup) = try setup { $0.flags[.planCommand] = "echo no state >&2; exit 1" }
        try await withObserver(setup) { world in
            let run = try await world.deploy(["version": "1\n"])
            #expect(run.stage == .failed)
            let outcome = try #require(run.outcome)
            #expect(outcome.hasPrefix("The plan command exited with status 1"), "\(outcome)")
            #expect(outcome.hasSuffix("Its last lines: no state. Nothing was applied."), "\(outcome)")
            #expect(!FileManager.default.fileExists(atPath: running))
        }
    }

    @Test("the health command is repeated until it succeeds, and reports progress")
    func becomesHealthy() async throws {
        let health =
            "if test -e \"$RUNNING.seen\"; then echo '::app web 2/2'; else touch \"$RUNNING.seen\"; "
            + "echo '::app web 1/2'; echo starting; exit 1; fi"
        let (_, setup) = try setup { $0.flags[.healthCommand] = health }
        try await withObserver(setup) { world in
            let run = try await world.deploy(["version": "1\n"])
            #expect(run.outcome == "the deploy command succeeded, and the deployment is healthy")
            let journal = try await world.journal(of: run)
            #expect(journal.contains("output starting"))
            #expect(!journal.contains { $0.hasPrefix("output ::app") })
            #expect(run.progress?.steps == [.init(name: "web", done: 2, of: 2)])
            let report = try await world.control().apps()
            #expect(report.apps.map(\.id) == ["web"])
            #expect(report.apps.first?.commit == run.commit.description)
        }
    }

    @Test("what does not become healthy is rolled back to the last success by the deploy command")
    func unhealthy() async throws {
        let (running, setup) = try setup {
            $0.flags[.deployTimeout] = "\(8 * Slowness.factor)"
            $0.flags[.healthCommand] = "grep -q 1 \"$RUNNING\" || { echo 'version 2 answers 500'; exit 1; }"
            $0.flags[.deployCommand] = "echo \"$DPLOY_REASON $DPLOY_PREVIOUS_COMMIT\"; \(Self.install)"
        }
        try await withObserver(setup) { world in
            let good = try await world.deploy(["version": "1\n"])
            #expect(good.stage == .succeeded, "\(good.outcome ?? "")")
            let bad = try await world.deploy(["version": "2\n"])
            #expect(bad.stage == .failed)
            let outcome = try #require(bad.outcome)
            #expect(outcome.hasPrefix(notHealthy(after: 8)), "\(outcome)")
            #expect(outcome.contains("Its last line: version 2 answers 500"), "\(outcome)")
            let end = "Rolled back; the deploy command of \(good.commit.short) succeeded, and it is healthy."
            #expect(outcome.hasSuffix(end), "\(outcome)")
            #expect(try version(at: running) == "1")
            let journal = try await world.journal(of: bad)
            #expect(journal.contains("output push \(good.commit)"))
            #expect(journal.contains("output rollback \(bad.commit)"))
        }
    }

    @Test("a deploy command that fails halfway is rolled back, too")
    func failsHalfway() async throws {
        let (running, setup) = try setup()
        try await withObserver(setup) { world in
            let good = try await world.deploy(["version": "1\n"])
            let bad = try await world.deploy(["version": "2\n", "broken": ""])
            #expect(bad.stage == .failed)
            let expected =
                "The deploy command exited with status 1. Its last line: no database. "
                + "Rolled back; the deploy command of \(good.commit.short) succeeded."
            #expect(bad.outcome == expected)
            #expect(try version(at: running) == "1")
        }
    }

    @Test("after a deployment whose changes were left, the next one starts from that commit and may not skip any file")
    func leftover() async throws {
        let (_, setup) = try setup {
            $0.flags[.onFailure] = "leave"
            let report = "echo \"from $DPLOY_PREVIOUS_COMMIT ${DPLOY_CHANGED_FILES:-all}\""
            $0.flags[.deployCommand] = "\(report); \(Self.install)"
        }
        try await withObserver(setup) { world in
            _ = try await world.deploy(["version": "1\n"])
            let bad = try await world.deploy(["version": "2\n", "broken": ""])
            #expect(bad.stage == .failed)
            let push = try await world.gitHub.push(files: ["version": "3\n", "broken": nil])
            let next = try await world.end(of: push.after)
            #expect(try await world.journal(of: next).contains("output from \(bad.commit) all"))
            let again = try await world.control().perform(.deploy(commit: nil, force: true))
            let forced = try await world.deployment(of: next.commit.description, in: .succeeded, after: next.id)
            #expect(again.deployment == forced.id)
            #expect(try await world.journal(of: forced).contains("output from \(next.commit) all"))
        }
    }

    @Test("with a rollback command, that one restores what ran before")
    func rollbackCommand() async throws {
        let (running, setup) = try setup {
            $0.flags[.rollbackCommand] = "echo \"back to $DPLOY_PREVIOUS_COMMIT\" > \"$RUNNING\""
        }
        try await withObserver(setup) { world in
            let good = try await world.deploy(["version": "1\n"])
            let bad = try await world.deploy(["version": "2\n", "broken": ""])
            #expect(
                bad.outcome?.hasSuffix("Rolled back; the rollback command succeeded.") == true, "\(bad.outcome ?? "")")
            #expect(try version(at: running) == "back to \(good.commit)")
        }
    }

    @Test("a rollback that fails, too, is reported")
    func rollbackFails() async throws {
        let (_, setup) = try setup { $0.flags[.rollbackCommand] = "exit 9" }
        try await withObserver(setup) { world in
            let bad = try await world.deploy(["version": "2\n", "broken": ""])
            let end =
                "Rollback failed too: The rollback command exited with status 9 and printed no reason."
            #expect(bad.outcome?.hasSuffix(end) == true, "\(bad.outcome ?? "")")
        }
    }

    @Test("the first deployment has nothing to roll back to; with 'leave' nothing is rolled back")
    func notRolledBack() async throws {
        let (_, first) = try setup()
        try await withObserver(first) { world in
            let bad = try await world.deploy(["version": "1\n", "broken": ""])
            let end = "Not rolled back: no earlier deployment succeeded."
            #expect(bad.outcome?.hasSuffix(end) == true, "\(bad.outcome ?? "")")
        }
        let (running, leaving) = try setup { $0.flags[.onFailure] = "leave" }
        try await withObserver(leaving) { world in
            _ = try await world.deploy(["version": "1\n"])
            let bad = try await world.deploy(["version": "2\n", "broken": ""])
            #expect(bad.outcome?.contains("olled back") == false, "\(bad.outcome ?? "")")
            #expect(try version(at: running) == "2")
        }
    }

    @Test("if the before command fails, nothing is deployed; if the after command fails, the deployment stays")
    func beforeAndAfter() async throws {
        let (running, before) = try setup { $0.flags[.beforeCommand] = "echo no backup; exit 4" }
        try await withObserver(before) { world in
            let run = try await world.deploy(["version": "1\n"])
            #expect(
                run.outcome?.hasPrefix("The before command exited with status 4. Its last line: no backup.") == true,
                "\(run.outcome ?? "")")
            #expect(!FileManager.default.fileExists(atPath: running))
        }
        let (installed, after) = try setup { $0.flags[.afterCommand] = "test -e \"$RUNNING\" && exit 5" }
        try await withObserver(after) { world in
            let run = try await world.deploy(["version": "1\n"])
            #expect(run.stage == .succeeded)
            let expected =
                "the deploy command succeeded. The after command exited with status 5 and printed no reason."
            #expect(run.outcome == expected)
            #expect(try version(at: installed) == "1")
        }
    }

    @Test("a command gets the files that changed since the last success, and the deployment's id")
    func changedFiles() async throws {
        let (_, setup) = try setup {
            $0.flags[.deployCommand] =
                "echo \"id $DPLOY_DEPLOYMENT\"; cat \"${DPLOY_CHANGED_FILES:-/dev/null}\"; test ! -e broken"
        }
        try await withObserver(setup) { world in
            let first = try await world.deploy(["a": "1"])
            #expect(try await world.journal(of: first).contains("output id \(first.id)"))
            #expect(try await !world.journal(of: first).contains("output a"))
            // Files that a failed deployment changed count for the next one.
            _ = try await world.deploy(["b": "1", "broken": ""])
            let third = try await world.deploy(["c": "1", "broken": nil])
            let output = try await world.journal(of: third).filter { $0.hasPrefix("output ") }
            #expect(output == ["output id \(third.id)", "output b", "output c"])
        }
    }

    @Test("lines with progress appear in the row and its address, not in the log")
    func progress() async throws {
        let (_, setup) = try setup {
            $0.flags[.deployCommand] =
                "echo '::step build 1/2'; echo built; echo '::step build 2/2'; echo '::url https://s4d.example'"
        }
        try await withObserver(setup) { world in
            let run = try await world.deploy(["a": "1"])
            #expect(run.progress?.steps == [.init(name: "build", done: 2, of: 2, kind: .step)])
            #expect(run.progress?.url == "https://s4d.example")
            #expect(try await world.journal(of: run).filter { $0.hasPrefix("output") } == ["output built"])
        }
    }
}
