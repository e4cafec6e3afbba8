import Foundation
import ObserverEngine
import Simulators
import Testing

@Suite("The commit status of a commit that an operator left")
struct RollbackStatusTests {
    @Test("shows the rollback once that changes the target, not while it is queued")
    func queued() async throws {
        try await withObserver { world in
            let good = try await world.deploy(mem: 32)
            let bad = try await world.deploy(mem: 64)
            let control = try await world.control()
            _ = try await control.perform(.pause())
            _ = try await control.perform(.rollback(deployment: good.id, seenCurrent: bad.id))
            try await world.waits(good.commit)
            #expect(world.gitHub.statuses(of: bad.commit.description).last?.state == "success")
            _ = try await control.perform(.resume())
            let status = try await world.gitHub.waitForStatus("failure", of: bad.commit.description)
            #expect(status.description == "rolled back to \(good.commit.short)")
        }
    }

    @Test("shows nothing of a rollback that ends before it starts", arguments: [true, false])
    func ended(isCancelled: Bool) async throws {
        try await withObserver { world in
            let good = try await world.deploy(mem: 32)
            let bad = try await world.deploy(mem: 64)
            let control = try await world.control()
            _ = try await control.perform(.pause())
            let rollback = try await control.perform(.rollback(deployment: good.id, seenCurrent: bad.id)).deployment
            try await world.waits(good.commit)
            if isCancelled {
                _ = try await control.perform(.cancel(deployment: try #require(rollback)))
            } else {
                try await world.push(mem: 96)
            }
            // Its pending status ends, and it stays a commit that succeeded.
            let end = "Deployed earlier. \(isCancelled ? "Cancelled" : "Superseded") by "
            try await world.gitHub.wait(for: "a final status") { state in
                let last = state.statuses.last { $0.commit == good.commit.description }
                return last.flatMap { $0.description?.hasPrefix(end) == true ? $0.state == "success" : nil }
            }
            #expect(world.gitHub.statuses(of: bad.commit.description).map(\.state) == ["pending", "success"])
        }
    }

    @Test("does not fail a commit that has succeeded, if only another deployment of it is called off")
    func calledOff() async throws {
        try await withObserver { world in
            let run = try await world.deploy(mem: 32)
            try await world.gitHub.waitForStatus("success", of: run.commit.description)
            let control = try await world.control()
            _ = try await control.perform(.pause())
            let again = try await control.perform(.deploy(commit: nil, force: false)).deployment
            try await world.waits(run.commit)
            _ = try await control.perform(.cancel(deployment: try #require(again)))
            try await world.gitHub.wait(for: "a final status") { state in
                let last = state.statuses.last { $0.commit == run.commit.description }
                return last.flatMap {
                    $0.state == "success" && $0.description?.hasPrefix("Deployed earlier.") == true ? true : nil
                }
            }
        }
    }

    @Test("does not claim a rollback of a commit that was never deployed")
    func neverDeployed() async throws {
        try await withObserver { world in
            let good = try await world.deploy(mem: 32)
            let control = try await world.control()
            _ = try await control.perform(.pause())
            let push = try await world.push(mem: 64)
            let waiting = try await world.deployment(of: push.after) { $0.wait != nil }
            try await world.waits(waiting.commit)
            let rollback = try await control.perform(.rollback(deployment: good.id, seenCurrent: waiting.id)).deployment
            let superseded = try await world.gitHub.waitForStatus("error", of: push.after)
            #expect(superseded.description == "superseded by deployment \(rollback ?? 0) (\(good.commit.short))")
            _ = try await control.perform(.resume())
            let status = try await world.gitHub.waitForStatus("failure", of: push.after)
            #expect(status.description == "held back: the branch was rolled back to \(good.commit.short)")
        }
    }

    @Test("is on GitHub before a deploy command runs, because nothing else outlives the disk")
    func deployCommand() async throws {
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let log = directory + "/commits"
        let setup = ObserverSetup { $0.flags[.deployCommand] = "echo $DPLOY_COMMIT >> \(log)" }
        try await withObserver(setup) { world in
            let good = try await world.deploy(mem: 32)
            let bad = try await world.deploy(mem: 64)
            let ran = { @Sendable in try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n").count }
            let path = "/repos/mhausenblas/s4d/statuses/\(bad.commit)"
            let gate = AnswerGate()
            world.gitHub.inject(
                Fault(
                    when: { $0.matches(.post, path) && $0.json["state"]?.string == "failure" }, times: 1,
                    effect: .hold(gate)))
            _ = try await world.control().perform(.rollback(deployment: good.id, seenCurrent: bad.id))
            try await gate.holding()
            // Time in which the command would run if it did not wait for GitHub's answer.
            await #expect(throws: TimedOut.self) {
                try await withTimeout(.seconds(2)) {
                    while try ran() == 2 { try await Task.sleep(for: .milliseconds(20)) }
                }
            }
            gate.open()
            _ = try await world.deployment(of: good.commit.description, in: .succeeded, after: bad.id)
            #expect(try ran() == 3)
        }
    }
}

extension World {
    /// Waits until a commit is shown as waiting. Statuses are reported in order.
    fileprivate func waits(_ commit: CommitID) async throws {
        try await gitHub.wait(for: "\(commit.short) to wait") { state in
            state.statuses.last {
                $0.commit == commit.description && $0.description?.hasPrefix("Waiting: ") == true
            }
        }
    }
}
