import ObserverEngine
import Simulators
import Testing

@Suite("A rollback by the deploy command, next to plans")
struct CommandRollbackTests {
    private static func deploying(by command: String) -> ObserverSetup {
        ObserverSetup {
            $0.flags[.deployCommand] = command
            $0.environment = ["PATH": "/usr/bin:/bin"]
        }
    }

    @Test("a plan whose commit is being fetched does not delay the rollback, nor does the rollback end the plan")
    func duringPlan() async throws {
        try await withObserver(Self.deploying(by: "test ! -e broken")) { world in
            let good = try await world.deploy(["a": "1"])
            let other = try await world.gitHub.push(files: ["b": "1"], branch: "other").after
            let gate = AnswerGate()
            world.gitHub.inject(Fault(.get, "/repos/mhausenblas/s4d/tarball/\(other)", effect: .hold(gate)))
            let control = try await world.control()
            async let plan = control.plan(PlanRequest(ref: other))
            try await gate.holding()
            let bad = try await world.deploy(["broken": ""])
            let end = "Rolled back; the deploy command of \(good.commit.short) succeeded."
            #expect(bad.outcome?.hasSuffix(end) == true, "\(bad.outcome ?? "")")
            gate.open()
            let report = try await plan
            #expect(report.commit?.id == other)
        }
    }

    @Test("an operator's rollback waits until a running command has ended, and shows that and its reason")
    func queued() async throws {
        let gate = try CommandGate()
        let command = "test ! -e slow || { \(gate.command); }"
        try await withObserver(Self.deploying(by: command)) { world in
            let good = try await world.deploy(["a": "1"])
            try await world.gitHub.push(files: ["slow": ""])
            try await gate.reached()
            let control = try await world.control()
            let running = try #require(try await control.deployments().first)
            let answer = try await control.perform(
                .rollback(deployment: good.id, seenCurrent: running.id, reason: "too slow"))
            let rows = try await control.deployments()
            let queued = try #require(rows.first)
            #expect(queued.id == answer.deployment && queued.stage == .queued && queued.reason == "too slow")
            #expect(queued.wait == nil && rows.turn(of: queued) == "waiting for deployment \(running.id) to end")
            try gate.open()
            let run = try await world.deployment(of: good.commit.description, in: .succeeded, after: running.id)
            #expect(run.id == queued.id && run.request.reason == "too slow")
        }
    }

    @Test("a push that the hold of a rollback keeps back does not replace the rollback, which has not started")
    func keptBack() async throws {
        let gate = try CommandGate()
        let command = "test ! -e slow || { \(gate.command); }"
        try await withObserver(Self.deploying(by: command)) { world in
            let good = try await world.deploy(["a": "1"])
            let bad = try await world.gitHub.push(files: ["slow": ""])
            try await gate.reached()
            let control = try await world.control()
            let running = try #require(try await control.deployments().first)
            let answer = try await control.perform(
                .rollback(deployment: good.id, seenCurrent: running.id, until: .resume))
            let push = try await world.gitHub.push(files: ["b": "2"])
            let held = try await world.deployment(of: push.after, in: .queued)
            try gate.open()
            _ = try await world.deployment(of: bad.after, in: .succeeded)
            let back = try await world.deployment(of: good.commit.description, in: .succeeded, after: running.id)
            #expect(back.id == answer.deployment)
            #expect(try await control.deployment(held.id).summary.wait?.rule == .hold)
            #expect(try await control.engine().heldAt == good.commit.description)
        }
    }

    @Test("a plan does not wait for a rollback")
    func planMeanwhile() async throws {
        let gate = try CommandGate()
        let command = "test \"$DPLOY_REASON\" != rollback || { \(gate.command); }; test ! -e broken"
        try await withObserver(Self.deploying(by: command)) { world in
            try await world.deploy(["a": "1"])
            let bad = try await world.gitHub.push(files: ["broken": ""])
            try await gate.reached()
            let plan = try await world.control().plan(PlanRequest())
            #expect(plan.commit?.id == bad.after)
            try gate.open()
            let failed = try await world.end(of: bad.after)
            #expect(failed.outcome?.contains("Rolled back; the deploy command") == true, "\(failed.outcome ?? "")")
        }
    }
}
