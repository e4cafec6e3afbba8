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
            .pause, "deployments are paused by ann until \((Self.now + 60).rfc3339): database migration",
            until: Self.now + 60)
        for trigger in [Deployment.Trigger.delivery, .rollback, .operator] {
            #expect(try DeploymentPolicy().decide(on: Self.deployment(trigger), state, at: Self.now) == .wait(wait))
        }
    }

    @Test("the end of a wait is that of its own rule, whatever hold or closed window follows")
    func pauseBeforeOtherRules() throws {
        let pause = Pause(until: Self.now + 60)
        let held = try Self.state {
            var hold = Hold(at: try Sample.commit(9), leaving: [])
            hold.until = .resume
            $0.decisions.decide(hold: hold, at: Self.now)
            $0.decisions.decide(pause: pause, at: Self.now)
        }
        let sentence = "deployments are paused until \((Self.now + 60).rfc3339)"
        let wait = DeploymentPolicy.Decision.wait(DeploymentWait(.pause, sentence, until: Self.now + 60))
        #expect(try DeploymentPolicy().decide(on: Self.deployment(), held, at: Self.now) == wait)
        let policy = try Self.policy { $0.windows = try Self.weekdays() }
        let paused = Self.state { $0.decisions.decide(pause: pause, at: Self.now) }
        #expect(try policy.decide(on: Self.deployment(), paused, at: Self.now) == wait)
        #expect(try policy.decide(on: Self.deployment(.rollback), paused, at: Self.now) == wait)
    }

    @Test("a hold that only an operator ends delays pushes, but no operator and not its own commit")
    func hold() throws {
        let state = try Self.state {
            var hold = Hold(at: try Sample.commit(9), leaving: [])
            hold.until = .resume
            $0.decisions.decide(hold: hold, at: Self.now)
        }
        let policy = DeploymentPolicy()
        guard case .wait(let wait)? = try policy.decide(on: Self.deployment(), state, at: Self.now) else {
            Issue.record("starts")
            return
        }
        #expect(wait.rule == .hold && wait.sentence.hasSuffix("until 'observer resume'"))
        for trigger in Deployment.Trigger.apartFromBranch {
            #expect(try policy.decide(on: Self.deployment(trigger), state, at: Self.now) == .start)
        }
        let own = try Self.deployment { $0.commit = CommitInfo(try Sample.commit(9)) }
        #expect(policy.decide(on: own, state, at: Self.now) == .start)
        let untilPush = try Self.state {
            $0.decisions.decide(hold: Hold(at: try Sample.commit(9), leaving: []), at: Self.now)
        }
        #expect(try policy.decide(on: Self.deployment(), untilPush, at: Self.now) == .start)
        let replayed = try Self.deployment { $0.requestedBy = "ann" }
        guard case .wait(let replay)? = policy.decide(on: replayed, untilPush, at: Self.now) else {
            Issue.record("starts")
            return
        }
        #expect(replay.rule == .hold && replay.sentence.hasSuffix("until the next push or 'observer resume'"))
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
        guard case .wait? = try policy.decide(on: Self.deployment(.drift), BranchState(), at: Self.now) else {
            Issue.record("drift is corrected outside of the window")
            return
        }
    }

    @Test("checks are read only if no other rule delays the deployment, and not for commits that were deployed before")
    func checks() throws {
        let policy = Self.policy { $0.checks = .all }
        let push = try Self.deployment()
        #expect(policy.decide(on: push, BranchState(), at: Self.now) == nil)
        #expect(policy.decide(on: push, BranchState(), checks: Self.passed, at: Self.now) == .start)
        let none = CheckFacts.read([], protected: nil)
        #expect(
            policy.decide(on: push, BranchState(), checks: none, at: Self.now)
                == .wait(
                    DeploymentWait(
                        .checks, "no check has reported yet", until: Self.now + policy.checksTimeout.seconds,
                        since: Self.now)))
        let report = CheckReport(name: "e2e", state: .failed("failure"), at: Self.now)
        let failed = CheckFacts.read([report], protected: nil)
        #expect(
            policy.decide(on: push, BranchState(), checks: failed, at: Self.now)
                == .fail("Check e2e failed. Nothing was applied.", .failed))
        for trigger in [Deployment.Trigger.rollback, .drift] {
            #expect(try policy.decide(on: Self.deployment(trigger), BranchState(), at: Self.now) == .start)
        }
        #expect(try policy.decide(on: Self.deployment(.operator), BranchState(), at: Self.now) == nil)
        let closed = try Self.policy {
            $0.checks = .all
            $0.windows = try Self.weekdays()
        }
        guard case .wait(let wait)? = closed.decide(on: push, BranchState(), at: Self.now) else {
            Issue.record("starts")
            return
        }
        #expect(wait.rule == .window)
    }

    @Test("the time for the checks begins when a deployment waits for them, not while another rule delays it")
    func checksTimeout() throws {
        let policy = Self.policy {
            $0.checks = .all
            $0.checksTimeout = .seconds(20)
        }
        let unread = CheckFacts.unreadable("Status 502.")
        func decide(after wait: DeploymentWait?) throws -> DeploymentPolicy.Decision {
            var deployment = Deployment(id: 5, request: try Sample.request(1), queuedAt: Self.now - 60)
            deployment.wait = wait
            return policy.decide(on: deployment, BranchState(), checks: unread, at: Self.now)
        }
        let sentence = "the checks can't be read. Status 502."
        let fresh = DeploymentPolicy.Decision.wait(
            DeploymentWait(.checks, sentence, until: Self.now + 20, since: Self.now))
        #expect(try decide(after: nil) == fresh)
        #expect(try decide(after: DeploymentWait(.pause, "deployments are paused")) == fresh)
        let since = Self.now - 10
        #expect(
            try decide(after: DeploymentWait(.checks, "waiting", since: since))
                == .wait(DeploymentWait(.checks, sentence, until: since + 20, since: since)))
        let failed = DeploymentPolicy.Decision.fail(
            "The checks could not be read within 20 seconds. Status 502. Nothing was applied.", .unread)
        #expect(try decide(after: DeploymentWait(.checks, "waiting", since: Self.now - 20)) == failed)
        // A row from a version that did not store the time.
        #expect(try decide(after: DeploymentWait(.checks, "waiting")) == failed)
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
        for label in ["bob as root", "root (claims to be bob)"] {
            let requested = try Self.deployment(.operator) {
                $0.requestedBy = label
                $0.commit.pusher = "ann"
            }.request
            #expect(rule.refusal(to: caller("Bob"), of: requested)?.hasPrefix(label) == true)
            #expect(rule.refusal(to: caller("root", login: "carol"), of: requested) == nil || !label.contains(" as "))
        }
        #expect(ApprovalRule(.always).refusal(to: caller("ann"), of: request) == nil)
    }

    @Test("with -approve-others, who pushed is taken from the deliveries, and no one approves if it is not known")
    func unknownPusher() throws {
        let rule = ApprovalRule(.always, isByOthers: true)
        let alice = Operator(name: "Alice", role: .operate, origin: "192.0.2.1")
        let bob = Operator(name: "bob", role: .operate, origin: "192.0.2.2")
        let polled = try Self.deployment(.poll) { $0.commit.author = "Alice Example" }.request
        for caller in [alice, bob] {
            #expect(rule.refusal(to: caller, of: polled)?.hasPrefix("It is not known who pushed 1aaaaaa") == true)
        }
        #expect(rule.refusal(to: alice, of: polled, pushers: ["alice"])?.hasPrefix("alice pushed") == true)
        #expect(rule.refusal(to: bob, of: polled, pushers: ["alice"]) == nil)
        let requested = try Self.deployment(.operator) {
            $0.requestedBy = "bob"
            $0.commit.pusher = "alice"
        }.request
        #expect(rule.refusal(to: alice, of: requested)?.hasPrefix("alice pushed") == true)
        // A delivery knows better than the commit.
        #expect(rule.refusal(to: alice, of: requested, pushers: ["carol"]) == nil)
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
                "/a would now be changed differently: 3 restarts instead of 1", "/b would no longer change",
                "/c would now be removed instead of updated", "/d would now be updated, too",
            ])
    }

    @Test("of an app that changes differently, the fields are named with both changes")
    func differentFields() {
        func updated(_ fields: [(String, String?, String?)]) -> [AppChange] {
            let fields = fields.map { AppChange.Field(path: $0.0, before: $0.1, after: $0.2) }
            return [AppChange(appID: "/web", kind: .updated, fields: fields)]
        }
        let before = updated([("/mem", "110", "100"), ("/cpus", "1", "2"), ("/cmd", "\"a\"", "\"b\"")])
        #expect(
            PlanDifference.between(
                before, and: updated([("/mem", "77", "100"), ("/cpus", "1", "2"), ("/x", nil, "1")]))
                == [
                    "/web would now be changed differently: /cmd no longer, /mem 77 → 100 instead of 110 → 100, "
                        + "/x absent → 1"
                ])
        let many = updated((1...5).map { ("/field\($0)", "1", "2") })
        #expect(
            PlanDifference.between(updated([]), and: many) == [
                "/web would now be changed differently: /field1 1 → 2, /field2 1 → 2, /field3 1 → 2, 2 more fields"
            ])
    }
}
