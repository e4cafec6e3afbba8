import Foundation
import Testing

@testable import ObserverEngine

@Suite("Pushes that wait for rules in the queue")
struct WaitingPushTests {
    private func withQueue(_ body: (Store) async throws -> Void) async throws {
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try await body(try Store(directory: directory, keepsOlderPushes: true))
    }

    private func commits(_ store: Store) async throws -> [CommitID] {
        try await store.queued(of: Sample.branch).map(\.commit)
    }

    @Test("pushes that wait for checks stay queued, and one of the same commit replaces the older one")
    func keepsPushes() async throws {
        try await withQueue { store in
            for number in [1, 2, 3, 2] { _ = try await store.enqueue(try Sample.request(number)) }
            #expect(try await commits(store) == [2, 3, 1].map { try Sample.commit($0) })
        }
    }

    @Test("a pause after the rules allowed the start keeps a deployment queued, unless an operator set the rules aside")
    func pausedBeforeStart() async throws {
        try await withQueue { store in
            let queued = try await store.enqueue(try Sample.request(1))
            try await store.changeBranchState(of: Sample.branch) { $0.decisions.decide(pause: Pause(), at: Sample.now) }
            #expect(try await store.start(queued) == nil)
            #expect(try await store.deployment(queued.id)?.stage == .queued)
            _ = try await store.resume(Sample.branch)
            #expect(try await store.start(queued)?.stage == .fetching)
        }
        try await withQueue { store in
            var request = try Sample.request(1, trigger: .operator)
            request.override = "outage"
            let queued = try await store.enqueue(request)
            try await store.changeBranchState(of: Sample.branch) { $0.decisions.decide(pause: Pause(), at: Sample.now) }
            #expect(try await store.start(queued)?.stage == .fetching)
        }
    }

    @Test(
        "a deployment that an operator chose replaces them all", arguments: [Deployment.Trigger.operator, .rollback])
    func choices(trigger: Deployment.Trigger) async throws {
        try await withQueue { store in
            for number in 1...3 { _ = try await store.enqueue(try Sample.request(number)) }
            _ = try await store.enqueue(try Sample.request(9, trigger: trigger))
            #expect(try await commits(store) == [try Sample.commit(9)])
            _ = try await store.enqueue(try Sample.request(4))
            #expect(try await commits(store) == [try Sample.commit(4)])
        }
    }

    @Test("of a flood of pushes, only the newest stay queued")
    func limit() async throws {
        try await withQueue { store in
            for number in 1...30 { _ = try await store.enqueue(try Sample.request(number)) }
            let queued = try await commits(store)
            #expect(queued.count == DeploymentQueue.limit)
            #expect(try queued.last == Sample.commit(11))
        }
    }

    @Test("the push that starts supersedes the older ones, and leaves the newer ones")
    func starts() async throws {
        try await withQueue { store in
            for number in 1...3 { _ = try await store.enqueue(try Sample.request(number)) }
            let second = try #require(try await store.queued(of: Sample.branch).first { $0.id == 2 })
            try await store.supersedeQueued(before: second)
            #expect(try await commits(store) == [3, 2].map { try Sample.commit($0) })
            let first = try #require(try await store.deployment(1))
            #expect(first.stage == .superseded && first.outcome == "superseded by deployment 2 (2aaaaaa)")
        }
    }

    @Test("a reason to wait is stored, and ends with the wait")
    func reason() async throws {
        try await withQueue { store in
            let queued = try await store.enqueue(try Sample.request(1))
            let wait = DeploymentWait(.window, "outside the deploy window", until: Sample.now)
            #expect(try await store.record(wait: wait, of: queued))
            var row = try #require(try await store.deployment(queued.id))
            #expect(row.wait == wait)
            row.advance(to: .fetching, at: Sample.now)
            try await store.save(row)
            #expect(try await store.deployment(queued.id)?.wait == nil)
            #expect(try await !store.record(wait: wait, of: queued))
        }
    }

    @Test("a push whose checks failed is queued again, but not if another one waits or was deployed since")
    func requeued() async throws {
        try await withQueue { store in
            let first = try await store.enqueue(try Sample.request(1))
            try await store.failQueued(first, outcome: "Check e2e failed.")
            let failed = try #require(try await store.endedByChecks(of: Sample.branch).first)
            #expect(failed.id == first.id && failed.outcome == "Check e2e failed.")
            let again = try #require(try await store.requeueAfterChecks(failed))
            #expect(try await store.endedByChecks(of: Sample.branch).first == nil)
            #expect(try await store.requeueAfterChecks(failed) == nil)
            try await store.failQueued(again, outcome: "Check e2e failed.")
            let newer = try await store.run(2, to: .succeeded)
            #expect(newer.stage == .succeeded)
            #expect(try await store.endedByChecks(of: Sample.branch).first == nil)
        }
    }

    @Test("an older push whose checks pass after the head failed is queued again, and the head stays wanted")
    func olderPasses() async throws {
        try await withQueue { store in
            let older = try await store.enqueue(try Sample.request(1))
            try await store.failQueued(older, outcome: "Check e2e failed.")
            let head = try await store.enqueue(try Sample.request(2))
            try await store.note(head: head.commit, of: Sample.branch)
            #expect(try await store.requeueAfterChecks(older) == nil)
            try await store.failQueued(head, outcome: "Check e2e did not report within 30 minutes.")
            #expect(try await store.endedByChecks(of: Sample.branch).map(\.id) == [head.id, older.id])
            var again = try #require(try await store.requeueAfterChecks(older))
            #expect(try await store.newerPush(than: again, at: head.request) != nil)
            #expect(again.id == older.id)
            again.advance(to: .fetching, at: Sample.now)
            again.finish(as: .succeeded, outcome: "done", at: Sample.now)
            try await store.save(again)
            #expect(try await store.endedByChecks(of: Sample.branch).map(\.id) == [head.id])
        }
    }

    @Test("a push whose checks pass while newer ones wait for their own, or have failed, returns to its place")
    func olderPassesMeanwhile() async throws {
        try await withQueue { store in
            var rows: [Deployment] = []
            for number in 1...3 { rows.append(try await store.enqueue(try Sample.request(number))) }
            for failed in rows.prefix(2) {
                try await store.failQueued(failed, outcome: "Check e2e failed.", because: .failed)
            }
            let wait = DeploymentWait(.checks, "waiting for e2e", until: Sample.now, since: Sample.now - 60)
            try await store.record(wait: wait, of: rows[2])
            #expect(try await store.endedByChecks(of: Sample.branch).map(\.id) == [rows[1].id, rows[0].id])
            let again = try #require(try await store.requeueAfterChecks(rows[0]))
            #expect(again.id == rows[0].id && again.stage == .queued && again.outcome == nil)
            #expect(try await commits(store) == [rows[2].commit, rows[0].commit])
            #expect(try await store.deployment(rows[2].id)?.wait == wait)
            let started = try #require(try await store.start(again))
            #expect(try await store.newerPush(than: started, at: rows[2].request) != nil)
            // The newer one that had failed is still wanted, and follows it.
            #expect(try await store.endedByChecks(of: Sample.branch).map(\.id) == [rows[1].id])
        }
    }

    @Test("a push whose checks pass replaces the retry of an older one")
    func replacesRetry() async throws {
        try await withQueue { store in
            var older = try await store.enqueue(try Sample.request(1))
            older = try #require(try await store.start(older))
            let newer = try await store.enqueue(try Sample.request(2))
            try await store.failQueued(newer, outcome: "Check e2e failed.", because: .failed)
            let failed = try await store.failAndRetry(older, outcome: "unreachable", retryAt: Sample.now + 60)
            let again = try #require(try await store.requeueAfterChecks(newer))
            #expect(again.id == newer.id)
            #expect(try await store.deployment(try #require(failed.retry))?.stage == .superseded)
        }
    }

    @Test("a push whose checks pass after a newer one has started gets a new deployment, which starts later")
    func passesAfterStart() async throws {
        try await withQueue { store in
            let head = try await store.enqueue(try Sample.request(1))
            try await store.note(head: head.commit, of: Sample.branch)
            try await store.failQueued(head, outcome: "Check e2e failed.", because: .failed)
            _ = try await store.run(2, to: .succeeded)
            let again = try #require(try await store.requeueAfterChecks(head))
            #expect(again.id > head.id && again.commit == head.commit)
        }
    }

    @Test("a push whose checks pass is not queued again while an operator's deployment waits for its own")
    func operatorsChoice() async throws {
        try await withQueue { store in
            let older = try await store.enqueue(try Sample.request(1))
            try await store.failQueued(older, outcome: "Check e2e failed.", because: .failed)
            let chosen = try await store.enqueue(try Sample.request(2, trigger: .operator))
            try await store.record(wait: DeploymentWait(.checks, "waiting for e2e"), of: chosen)
            #expect(try await store.requeueAfterChecks(older) == nil)
            #expect(try await commits(store) == [chosen.commit])
        }
    }

    @Test(
        "a push whose checks pass is not queued again while a newer one waits for anything else",
        arguments: [DeploymentWait.Rule.approval, .window, .pause])
    func newerHasPassed(rule: DeploymentWait.Rule) async throws {
        try await withQueue { store in
            let older = try await store.enqueue(try Sample.request(1))
            try await store.failQueued(older, outcome: "Check e2e failed.", because: .failed)
            let head = try await store.enqueue(try Sample.request(2))
            try await store.record(wait: DeploymentWait(rule, "waiting"), of: head)
            #expect(try await store.requeueAfterChecks(older) == nil)
            #expect(try await commits(store) == [head.commit])
        }
    }

    /// A deployment that runs, and a newer push that waits for its checks.
    private func withRunning(_ body: (Store, _ running: Deployment, _ wait: DeploymentWait) async throws -> Void)
        async throws
    {
        try await withQueue { store in
            _ = try await store.run(9, to: .succeeded)
            let running = try await store.run(1, to: .waiting)
            let push = try await store.enqueue(try Sample.request(2))
            let wait = DeploymentWait(.checks, "waiting for e2e", until: Sample.now, since: Sample.now - 60)
            try await store.record(wait: wait, of: push)
            try await body(store, running, wait)
        }
    }

    @Test("an interrupted deployment continues before a newer push that waits for its checks, which keeps its wait")
    func interrupted() async throws {
        try await withRunning { store, running, wait in
            _ = try await store.closeInterrupted(of: Sample.branch)
            #expect(try await commits(store) == [try Sample.commit(2), running.commit])
            #expect(try await store.queued(of: Sample.branch).map(\.wait) == [wait, nil])
            let replaced = try #require(try await store.all().first { $0.stage == .superseded })
            #expect(replaced.isSupersededByItsCommit)
        }
    }

    @Test("the last success is deployed after an interrupted rollback, though a newer push waits for its checks")
    func interruptedRollback() async throws {
        try await withRunning { store, running, _ in
            var failing = running
            failing.giveUp(because: "Not healthy.")
            try await store.save(failing)
            _ = try await store.closeInterrupted(of: Sample.branch)
            #expect(try await commits(store) == [2, 9].map { try Sample.commit($0) })
        }
    }

    @Test("a deployment is retried although a newer push waits for its checks")
    func retried() async throws {
        try await withRunning { store, running, wait in
            let failed = try await store.failAndRetry(running, outcome: "unreachable", retryAt: Sample.now + 60)
            let retry = try #require(try await store.retry(of: Sample.branch))
            #expect(retry.id == failed.retry && retry.commit == running.commit)
            let push = try #require(try await store.queued(of: Sample.branch).first)
            #expect(push.id > retry.id && push.wait == wait)
        }
    }

    @Test("a push that was superseded after it was queued again is not queued a third time")
    func supersededAgain() async throws {
        try await withQueue { store in
            let older = try await store.enqueue(try Sample.request(1))
            try await store.failQueued(older, outcome: "Check e2e failed.")
            let head = try await store.enqueue(try Sample.request(2))
            try await store.note(head: head.commit, of: Sample.branch)
            try await store.failQueued(head, outcome: "Check e2e failed.")
            let again = try #require(try await store.requeueAfterChecks(older))
            #expect(try await store.supersede(again, with: head.request, outcome: "moved on") == nil)
            #expect(try await store.endedByChecks(of: Sample.branch).map(\.id) == [head.id])
        }
    }

    @Test("a head whose checks failed is not queued again during a hold, and is after it")
    func headAfterHold() async throws {
        try await withQueue { store in
            let head = try Sample.commit(2)
            let failed = try await store.enqueue(try Sample.request(2))
            try await store.failQueued(failed, outcome: "Check e2e failed.")
            var chosen = try await store.hold(
                try Sample.request(1, trigger: .operator), because: .deploy, by: "ann", head: head)
            chosen.advance(to: .fetching, at: Sample.now)
            chosen.finish(as: .succeeded, outcome: "done", at: Sample.now)
            try await store.save(chosen)
            #expect(try await store.endedByChecks(of: Sample.branch).first == nil)
            #expect(try await store.requeueAfterChecks(failed) == nil)
            let held = try #require(try await store.blockedHead(of: Sample.branch))
            #expect(held.block.sentence(of: held.head).contains("the branch is on hold at 1aaaaaa"))
            _ = try await store.resume(Sample.branch)
            #expect(try await store.blockedHead(of: Sample.branch)?.block == .checks(deployment: failed.id))
            let newest = try #require(try await store.endedByChecks(of: Sample.branch).first)
            let again = try #require(try await store.requeueAfterChecks(newest))
            #expect(again.commit == head)
        }
    }

    @Test("a head that runs is not called undeployed because a newer deployment of it was rejected or not checked")
    func runsAnyway() async throws {
        try await withQueue { store in
            _ = try await store.run(1, to: .succeeded)
            let rejected = try await store.enqueue(try Sample.request(1, trigger: .operator))
            #expect(try await store.reject(rejected, by: "ann"))
            #expect(try await store.blockedHead(of: Sample.branch) == nil)
            let unchecked = try await store.enqueue(try Sample.request(1, trigger: .operator))
            try await store.failQueued(unchecked, outcome: "Check e2e failed.")
            #expect(try await store.blockedHead(of: Sample.branch) == nil)
            var applying = try await store.run(1, to: .applying, trigger: .operator)
            applying.finish(as: .cancelled, outcome: "Cancelled by ann.", at: Sample.now)
            try await store.save(applying)
            #expect(try await store.blockedHead(of: Sample.branch)?.block == .cancelled(deployment: applying.id))
        }
    }

    @Test("a head whose changes were left is not called undeployed, until another deployment has replaced them")
    func leftChanges() async throws {
        try await withQueue { store in
            _ = try await store.run(1, to: .succeeded)
            var left = try await store.run(2, to: .applying)
            left.finish(as: .cancelled, outcome: "Cancelled by ann.", at: Sample.now)
            try await store.save(left)
            #expect(try await store.blockedHead(of: Sample.branch)?.isPartial == true)
            _ = try await store.run(1, to: .succeeded, trigger: .drift)
            #expect(try await store.blockedHead(of: Sample.branch)?.isPartial == true)
            _ = try await store.run(1, to: .succeeded, trigger: .operator)
            #expect(try await store.blockedHead(of: Sample.branch)?.isPartial == false)
            let block = HeadBlock.cancelled(deployment: left.id)
            #expect(
                block.sentence(of: left.commit, isPartial: true)
                    .hasPrefix("Head 2aaaaaa was not deployed successfully: deployment 2 was cancelled"))
        }
    }

    @Test("a head that runs is not called undeployed because a correction failed or a rollback is yet to start")
    func runsMeanwhile() async throws {
        try await withQueue { store in
            let first = try await store.run(1, to: .succeeded)
            _ = try await store.run(2, to: .succeeded)
            _ = try await store.run(2, to: .failed, trigger: .drift)
            #expect(try await store.blockedHead(of: Sample.branch) == nil)
            try await store.note(head: try Sample.commit(2), of: Sample.branch)
            let request = try Sample.request(1, trigger: .rollback)
            let back = try await store.hold(request, because: .rollback)
            #expect(back.commit == first.commit)
            #expect(try await store.blockedHead(of: Sample.branch) == nil)
        }
    }

    @Test("a head whose plan was rejected is shown with the operator and the reason")
    func rejected() async throws {
        try await withQueue { store in
            _ = try await store.run(1, to: .succeeded)
            let waiting = try await store.enqueue(try Sample.request(2))
            #expect(try await store.reject(waiting, by: "ann", reason: "wrong size"))
            let outcome = try await store.deployment(waiting.id)?.outcome
            #expect(outcome == "Rejected by ann: wrong size. Nothing was applied.")
            let blocked = try #require(try await store.blockedHead(of: Sample.branch))
            #expect(
                blocked.block.sentence(of: blocked.head)
                    == "Head 2aaaaaa is not deployed: deployment 2 was rejected by ann: wrong size. Push again, or run "
                    + "'observer deploy' to deploy it.")
        }
    }

    @Test("who pushed a commit is known from its delivery, also if that is found after the disk was lost")
    func pushers() async throws {
        try await withQueue { store in
            let first = try Sample.commit(1)
            _ = try await store.record(try Sample.push("a", of: 1, from: 0))
            #expect(try await store.pushers(of: first, on: Sample.branch) == ["ada"])
            var request = try Sample.request(2, trigger: .poll)
            request.commit.pusher = "bob"
            let newest = try await store.newestID(of: Sample.branch)
            guard case .queued(let polled) = try await store.enqueueMissed(request, askedAfter: newest) else {
                Issue.record("not queued")
                return
            }
            #expect(polled.request.commit.pusher == "bob")
            #expect(try await store.pushers(of: polled.commit, on: Sample.branch) == [])
            try await store.recordRecovered(try Sample.push("b", of: 2, from: 1))
            #expect(try await store.pushers(of: polled.commit, on: Sample.branch) == ["ada"])
        }
    }

    @Test("a head that has not started leaves an older push the way, a head that was missed is queued")
    func overtaken() async throws {
        try await withQueue { store in
            let older = try await store.enqueue(try Sample.request(1))
            let head = try Sample.request(2)
            #expect(try await store.newerPush(than: older, at: head) != nil)
            #expect(try await commits(store) == [2, 1].map { try Sample.commit($0) })
            #expect(try await store.newerPush(than: older, at: head) != nil)
            let late = try await store.enqueue(try Sample.request(3))
            #expect(try await store.newerPush(than: late, at: head) == nil)
        }
    }

    @Test("only the plan that was shown is approved, and an approval stays with the commit over an interruption")
    func approved() async throws {
        try await withQueue { store in
            var running = try await store.run(1, to: .validating)
            running.changes = [AppChange(appID: "/web", kind: .updated, restarts: 1)]
            try await store.putBack(running, untilApproved: ["/web 1"])
            let waiting = try #require(try await store.deployment(running.id))
            #expect(waiting.stage == .queued && waiting.startedAt == nil)
            let plan = try #require(waiting.planID)
            #expect(try await store.approve(waiting.id, plan: "other", by: "ann") == nil)
            let approved = try #require(try await store.approve(waiting.id, plan: plan, by: "ann", at: Sample.now))
            #expect(approved.request.approval == PlanApproval(of: ["/web 1"], by: "ann", at: Sample.now))
            #expect(approved.planID == nil)
            var started = try #require(try await store.deployment(waiting.id))
            started.advance(to: .applying, at: Sample.now)
            try await store.save(started)
            _ = try await store.closeInterrupted(of: Sample.branch)
            let next = try #require(try await store.queued(of: Sample.branch).first)
            #expect(next.id != waiting.id && next.request.approval?.by == "ann")
        }
    }

    @Test("an approval leaves another reason to wait in the row, so that it is not logged again")
    func approvedWhilePaused() async throws {
        try await withQueue { store in
            try await store.putBack(try await store.run(1, to: .validating), untilApproved: ["/web 1"])
            let waiting = try #require(try await store.deployment(1))
            let pause = DeploymentWait(.pause, "deployments are paused")
            #expect(try await store.record(wait: pause, of: waiting))
            let plan = try #require(waiting.planID)
            #expect(try await store.approve(waiting.id, plan: plan, by: "ann")?.wait == pause)
        }
    }

    @Test("a pause that has reached its end is ended once")
    func pause() async throws {
        try await withQueue { store in
            try await store.changeBranchState(of: Sample.branch) {
                $0.decisions.decide(
                    pause: Pause(reason: "night", by: "ann", until: Sample.now + 60), at: Sample.now)
            }
            #expect(try await !store.endPause(of: Sample.branch, at: Sample.now + 59))
            let state = try await store.branchState(of: Sample.branch)
            #expect(
                state.pause
                    == PauseSummary(since: Sample.now, until: Sample.now + 60, reason: "night", by: "ann"))
            #expect(try await store.endPause(of: Sample.branch, at: Sample.now + 60))
            #expect(try await !store.endPause(of: Sample.branch, at: Sample.now + 61))
            #expect(try await store.branchState(of: Sample.branch).pause == nil)
        }
    }
}
