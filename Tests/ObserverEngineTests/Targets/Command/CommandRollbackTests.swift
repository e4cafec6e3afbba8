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
