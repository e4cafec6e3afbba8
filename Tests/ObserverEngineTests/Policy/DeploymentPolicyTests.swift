import Foundation
import Testing

@testable import ObserverEngine

@Suite("When a queued deployment may start")
struct DeploymentPolicyTests {
    /// A Saturday.
    private static let now = Date(timeIntervalSince1970: 1_795_860_000)
    private static let passed = CheckFacts.read([CheckReport(name: "e2e", state: .passed, at: now)], protected: nil)

    private static func deployment(
        _ trigger: Deployment.Trigger = .delivery, _ change: (inout DeploymentRequest) throws -> Void = { _ in }
    ) throws -> Deployment {
        var request = try Sample.request(1, trigger: trigger)
        try change(&request)
        return Deployment(id: 5, request: request, queuedAt: now - 10)
    }

    private static func policy(
        _ change: (inout DeploymentPolicy) throws -> Void
    ) rethrows -> DeploymentPolicy {
        var policy = DeploymentPolicy()
        try change(&policy)
        return policy
    }

    private static func weekdays() throws -> DeployWindows {
        DeployWindows([try DeployWindow("Mon-Fri 09:00-16:00")])
    }

    private static func state(_ change: (inout BranchState) throws -> Void) rethrows -> BranchState {
        var state = BranchState()
        try change(&state)
        return state
    }

    @Test("without rules, everything starts")
    func noRules() throws {
        #expect(try DeploymentPolicy().decide(on: Self.deployment(), BranchState(), at: Self.now) == .start)
    }

    @Test("a pause delays everything, also a rollback, and shows its author, reason and end")
    func pause() throws {
        let state = Self.state {
            $0.decisions.decide(
                pause: Pause(reason: "database migration", by: "ann", until: Self.now + 60), at: Self.now - 60)
        }
        let wait = DeploymentWait(
            .pause, "deployments are paused by ann: database migration", until: Self.now + 60)
        for trigger in [Deployment.Trigger.delivery, .rollback, .operator] {
            #expect(try DeploymentPolicy().decide(on: Self.deployment(trigger), state, at: Self.now) == .wait(wait))
        }
    }

    @Test("a hold that only an operator ends delays pushes, but no operator and not its own commit")
    func hold() throws {
        let state = try Self.state {
            var hold = Hold(at: try Sample.commit(9), leaving: [])
            hold.until = .resume
            $0.decisions.decide(hold: hold, at: Self.now)
        }
        let policy = DeploymentPolicy()
        guard case .wait(let wait) = try policy.decide(on: Self.deployment(), state, at: Self.now) else {
            Issue.record("starts")
            return
        }
        #expect(wait.rule == .hold && wait.sentence.hasSuffix("until 'observer resume'"))
        for trigger in Deployment.Trigger.operatorsChoices {
            #expect(try policy.decide(on: Self.deployment(trigger), state, at: Self.now) == .start)
        }
        let own = try Self.deployment { $0.commit = CommitInfo(try Sample.commit(9)) }
        #expect(policy.decide(on: own, state, at: Self.now) == .start)
        let untilPush = try Self.state {
            $0.decisions.decide(hold: Hold(at: try Sample.commit(9), leaving: []), at: Self.now)
        }
        #expect(try policy.decide(on: Self.deployment(), untilPush, at: Self.now) == .start)
    }

    @Test("outside of its window a push waits until it opens, and a rollback does not")
    func window() throws {
        let policy = try Self.policy { $0.windows = try Self.weekdays() }
        let opening = try Date(rfc3339: "2026-11-30T09:00:00Z").orThrow()
        #expect(
            try policy.decide(on: Self.deployment(), BranchState(), at: Self.now)
                == .wait(DeploymentWait(.window, "outside the deploy window until Mon 09:00 UTC", until: opening)))
        #expect(try policy.decide(on: Self.deployment(), BranchState(), at: opening) == .start)
        #expect(try policy.decide(on: Self.deployment(.rollback), BranchState(), at: Self.now) == .start)
        guard case .wait = try policy.decide(on: Self.deployment(.drift), BranchState(), at: Self.now) else {
            Issue.record("drift is corrected outside of the window")
            return
        }
    }

    @Test("checks are read only if no other rule delays the deployment, and not for commits that were deployed before")
    func checks() throws {
        let policy = Self.policy { $0.checks = .all }
        let push = try Self.deployment()
        #expect(policy.decide(on: push, BranchState(), at: Self.now) == .readChecks)
        #expect(policy.decide(on: push, BranchState(), checks: Self.passed, at: Self.now) == .start)
        let none = CheckFacts.read([], protected: nil)
        #expect(
            policy.decide(on: push, BranchState(), checks: none, at: Self.now)
                == .wait(DeploymentWait(.checks, "no check has reported yet")))
        let report = CheckReport(name: "e2e", state: .failed("failure"), at: Self.now)
        let failed = CheckFacts.read([report], protected: nil)
        #expect(
            policy.decide(on: push, BranchState(), checks: failed, at: Self.now)
                == .fail("Check e2e failed. Nothing was applied."))
        for trigger in [Deployment.Trigger.rollback, .drift] {
            #expect(try policy.decide(on: Self.deployment(trigger), BranchState(), at: Self.now) == .start)
        }
        #expect(try policy.decide(on: Self.deployment(.operator), BranchState(), at: Self.now) == .readChecks)
        let closed = try Self.policy {
            $0.checks = .all
            $0.windows = try Self.weekdays()
        }
        guard case .wait(let wait) = closed.decide(on: push, BranchState(), at: Self.now) else {
            Issue.record("starts")
            return
        }
        #expect(wait.rule == .window)
    }

    @Test("an operator with a reason overrides every rule")
    func override() throws {
        let policy = try Self.policy {
            $0.windows = try Self.weekdays()
            $0.checks = .all
            $0.approval = ApprovalRule(.always)
        }
        let state = Self.state { $0.decisions.decide(pause: Pause(), at: Self.now) }
        let request = try Self.deployment(.operator) { $0.override = "outage" }
        #expect(policy.decide(on: request, state, at: Self.now) == .start)
        #expect(policy.decide(onPlan: ["a"], [], changesAnything: true, of: request.request) == .unneeded)
    }

    @Test("a plan that removes an app or restarts tasks needs an approval, or every plan, or none")
    func approvals() throws {
        let removed = [AppChange(appID: "/a", kind: .removed)]
        let restarted = [AppChange(appID: "/a", kind: .updated, restarts: 2)]
        let harmless = [AppChange(appID: "/a", kind: .created), AppChange(appID: "/b", kind: .unchanged)]
        let cases: [(ApprovalRule.Scope, [AppChange], Bool, Bool)] = [
            (.never, removed, true, false), (.always, [], false, true), (.changes, removed, true, true),
            (.changes, restarted, true, true), (.changes, harmless, true, false), (.changes, [], false, false),
            // A deploy command may change anything.
            (.changes, [], true, true),
        ]
        for (scope, changes, changesAnything, isNeeded) in cases {
            let rule = ApprovalRule(scope)
            #expect(
                rule.needsApproval(changes, changesAnything: changesAnything, trigger: .delivery) == isNeeded,
                "\(scope) \(changes)")
            #expect(!rule.needsApproval(changes, changesAnything: changesAnything, trigger: .rollback))
        }
    }

    @Test("an approval covers its plan and what is left of it, but nothing else")
    func coverage() {
        let approval = PlanApproval(of: ["a1", "b1"], by: "ann", at: Self.now)
        #expect(ApprovalDecision.decide(true, marks: ["a1", "b1"], approval: approval) == .approved(by: "ann"))
        #expect(ApprovalDecision.decide(true, marks: ["b1"], approval: approval) == .approved(by: "ann"))
        #expect(ApprovalDecision.decide(true, marks: [], approval: approval) == .approved(by: "ann"))
        #expect(ApprovalDecision.decide(true, marks: ["a2", "b1"], approval: approval) == .needed(changed: true))
        #expect(ApprovalDecision.decide(true, marks: ["a1"], approval: nil) == .needed(changed: false))
        #expect(ApprovalDecision.decide(false, marks: ["a1"], approval: nil) == .unneeded)
    }

    @Test("a queued deployment with a plan waits for its approval, and shows what it does")
    func planned() throws {
        let policy = Self.policy { $0.approval = ApprovalRule(.changes) }
        var deployment = try Self.deployment()
        deployment.changes = [
            AppChange(appID: "/old", kind: .removed), AppChange(appID: "/web", kind: .updated, restarts: 2),
        ]
        deployment.unapprovedPlan = ["a"]
        #expect(
            policy.decide(on: deployment, BranchState(), at: Self.now)
                == .wait(DeploymentWait(.approval, "needs approval: /old is removed, /web restarts")))
        #expect(DeploymentPolicy().decide(on: deployment, BranchState(), at: Self.now) == .start)
    }

    @Test("with -approve-others, neither the pusher nor the requester may approve")
    func others() throws {
        let rule = ApprovalRule(.always, isByOthers: true)
        let request = try Self.deployment { $0.commit.pusher = "Ann" }.request
        func caller(_ name: String, login: String? = nil) -> Operator {
            Operator(name: name, role: .admin, origin: Operator.socket, login: login)
        }
        #expect(rule.refusal(to: caller("ann"), of: request)?.hasPrefix("Ann pushed 1aaaaaa") == true)
        #expect(rule.refusal(to: caller("root", login: "ann"), of: request) != nil)
        #expect(rule.refusal(to: caller("bob"), of: request) == nil)
        let requested = try Self.deployment(.operator) { $0.requestedBy = "bob" }.request
        #expect(rule.refusal(to: caller("bob"), of: requested)?.hasPrefix("bob requested") == true)
        #expect(ApprovalRule(.always).refusal(to: caller("ann"), of: request) == nil)
    }

    @Test("the difference of two plans is listed app by app")
    func difference() {
        let before = [
            AppChange(appID: "/a", kind: .updated, restarts: 1), AppChange(appID: "/b", kind: .created),
            AppChange(appID: "/c", kind: .updated), AppChange(appID: "/d", kind: .unchanged),
        ]
        let after = [
            AppChange(appID: "/a", kind: .updated, restarts: 3), AppChange(appID: "/c", kind: .removed),
            AppChange(appID: "/d", kind: .updated), AppChange(appID: "/e", kind: .orphaned),
        ]
        #expect(
            PlanDifference.between(before, and: after) == [
                "/a would now change in another way", "/b would no longer change",
                "/c would now be removed instead of updated", "/d would now be updated, too",
            ])
    }
}
