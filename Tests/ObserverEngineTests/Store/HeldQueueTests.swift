import Foundation
import Testing

@testable import ObserverEngine

@Suite("Deployments that are queued again during a hold")
struct HeldQueueTests {
    private func queued(_ store: Store) async throws -> [CommitID] {
        try await store.all().filter { $0.stage == .queued }.map(\.commit)
    }

    /// Deploys commit 1, then 2 as far as the stage, and puts the branch on hold at 1; an operator has cancelled that rollback.
    private func cancelledRollback(
        of stage: Deployment.Stage, until end: HoldSummary.End, _ store: Store
    ) async throws -> Deployment {
        _ = try await store.run(1, to: .succeeded)
        let left = try await store.run(2, to: stage)
        let rollback = try await store.hold(
            try Sample.request(1, trigger: .rollback), because: .rollback, until: end)
        try await store.cancelQueued(rollback.id, by: "ann")
        return left
    }

    @Test(
        "a commit that an operator left is not deployed again by a retry or a restart, though the rollback was cancelled",
        arguments: [true, false])
    func left(isCrash: Bool) async throws {
        try await withStore { store in
            let running = try await cancelledRollback(of: .waiting, until: .push, store)
            if isCrash {
                let closed = try await store.closeInterrupted(of: Sample.branch)
                let end = "The branch is on hold at 1aaaaaa, so this commit is not queued again."
                #expect(
                    closed.first?.outcome == "The observer stopped. Changes already applied are not undone. \(end)")
            } else {
                let failed = try await store.failAndRetry(running, outcome: "GitHub is down.", retryAt: Sample.now)
                #expect(failed.retry == nil && failed.stage == .interrupted)
                #expect(
                    failed.outcome
                        == "GitHub is down. The branch is on hold at 1aaaaaa, so this commit is not queued again.")
            }
            #expect(try await queued(store).isEmpty)
            #expect(try await store.isHeld(at: 1))
            _ = try await store.resume(Sample.branch)
            let decision = try await store.decision(
                on: running.commit, of: Sample.branch, hasReportedFailure: false)
            #expect(decision == .missed)
        }
    }

    @Test("a retry that a hold keeps back is still one after something was queued before it, and keeps its link")
    func retry() async throws {
        try await withStore { store in
            let running = try await cancelledRollback(of: .waiting, until: .resume, store)
            let due = Sample.now + 60
            let failed = try await store.failAndRetry(running, outcome: "GitHub is down.", retryAt: due)
            let correction = try #require(
                try await store.enqueueCorrection(try Sample.request(1, trigger: .drift)))
            let retry = try #require(try await store.retry(of: Sample.branch))
            #expect(retry.id > correction.id && retry.commit == failed.commit && retry.notBefore == due)
            #expect(try await store.deployment(failed.id)?.retry == retry.id)
        }
    }

    @Test("a deployment that restarts the observer again and again is recognized while a push waits")
    func interruptions() async throws {
        try await withStore { store in
            _ = try await store.run(1, to: .succeeded)
            _ = try await store.hold(
                try Sample.request(2, trigger: .operator), because: .deploy, until: .resume)
            _ = try await store.enqueue(try Sample.request(3))
            for count in 0...3 {
                let next = try #require(try await store.queued(of: Sample.branch).last)
                #expect(next.commit == (try Sample.commit(2)))
                var running = try #require(try await store.start(next))
                #expect(try await store.interruptions(before: running, limit: 10) == count)
                running.advance(to: .applying, at: Sample.now)
                try await store.save(running)
                _ = try await store.closeInterrupted(of: Sample.branch)
            }
        }
    }

    @Test(
        "what an operator chose is queued again once its checks pass, though the hold keeps a push back",
        arguments: [false, true])
    func checks(hasStartedSince: Bool) async throws {
        try await withStore { store in
            _ = try await store.run(2, to: .succeeded)
            let chosen = try await store.hold(
                try Sample.request(2, trigger: .operator), because: .deploy, until: .resume)
            let push = try await store.enqueue(try Sample.request(3))
            try await store.record(wait: DeploymentWait(.hold, "on hold"), of: push)
            try await store.failQueued(chosen, outcome: "Check e2e failed.", because: .failed)
            if hasStartedSince {
                let correction = try #require(
                    try await store.enqueueCorrection(try Sample.request(2, trigger: .drift)))
                var running = try #require(try await store.start(correction))
                running.finish(as: .superseded, outcome: "moved on", at: Sample.now)
                try await store.save(running)
            }
            #expect(try await store.endedByChecks(of: Sample.branch).map(\.id) == [chosen.id])
            let again = try #require(try await store.requeueAfterChecks(chosen))
            #expect((again.id == chosen.id) != hasStartedSince)
            #expect(try await queued(store) == [2, 3].map { try Sample.commit($0) })
        }
    }

    @Test("a push whose checks fail does not leave what it was to replace: the last success is deployed again")
    func failedChecks() async throws {
        try await withStore { store in
            _ = try await store.run(1, to: .succeeded)
            for undoes in [false, true] {
                let half = try await store.run(2, to: .waiting)
                let newer = try await store.enqueue(try Sample.request(3))
                #expect(try await store.supersedeStalled(half, by: newer) != nil)
                let rollback = try await store.failQueued(
                    newer, outcome: "Check e2e failed.", because: .failed, undoingOthers: undoes)
                #expect(rollback?.commit == (undoes ? try Sample.commit(1) : nil))
                let note = rollback.map { " Deployment \($0.id) returns to \($0.commit.short), the last success." }
                #expect(try await store.deployment(newer.id)?.outcome == "Check e2e failed.\(note ?? "")")
            }
            var rollback = try #require(try await store.queued(of: Sample.branch).first)
            rollback = try #require(try await store.start(rollback))
            rollback.finish(as: .succeeded, outcome: "done", at: Sample.now)
            try await store.save(rollback)
            let next = try await store.enqueue(try Sample.request(4))
            #expect(try await store.failQueued(next, outcome: "Check e2e failed.", undoingOthers: true) == nil)
        }
    }

    @Test("a push whose checks fail does not undo what an earlier one left while another deployment replaces that")
    func failedChecksMeanwhile() async throws {
        try await withStore { store in
            _ = try await store.run(1, to: .succeeded)
            let half = try await store.run(2, to: .waiting)
            let newer = try await store.enqueue(try Sample.request(3))
            #expect(try await store.supersedeStalled(half, by: newer) != nil)
            #expect(try await store.start(newer) != nil)
            let newest = try await store.enqueue(try Sample.request(4))
            #expect(try await store.failQueued(newest, outcome: "Check e2e failed.", undoingOthers: true) == nil)
            #expect(try await queued(store).isEmpty)
        }
    }

    @Test("what an interrupted correction of drift left is not undone")
    func failedChecksAfterCorrection() async throws {
        try await withStore { store in
            _ = try await store.run(1, to: .succeeded)
            _ = try await store.run(1, to: .applying, trigger: .drift)
            _ = try await store.closeInterrupted(of: Sample.branch)
            let again = try #require(try await store.queued(of: Sample.branch).first)
            var running = try #require(try await store.start(again))
            running.finish(as: .succeeded, outcome: "done", at: Sample.now)
            try await store.save(running)
            let push = try await store.enqueue(try Sample.request(2))
            #expect(try await store.failQueued(push, outcome: "Check e2e failed.", undoingOthers: true) == nil)
            let next = try await store.run(3, to: .fetching)
            #expect(
                try await store.failForGood(next, outcome: "Invalid.", undoingOthers: true).rollback == nil)
            #expect(try await store.leftover(on: Sample.branch, before: nil) == nil)
        }
    }

    @Test("a push that the rules let start before an operator held the branch stays queued, and so does the rollback")
    func startedTooLate() async throws {
        try await withStore { store in
            let good = try await store.run(1, to: .succeeded)
            let running = try await store.run(2, to: .waiting)
            let rollback = try await store.hold(
                try Sample.request(1, trigger: .rollback), because: .rollback, until: .resume)
            let push = try await store.enqueue(try Sample.request(3))
            #expect(try await store.start(push) == nil)
            try await store.supersedeQueued(before: push)
            #expect(try await store.supersedeStalled(running, by: push) == nil)
            #expect(try await queued(store) == [good.commit, push.commit])
            #expect(try await store.supersedeStalled(running, by: rollback) != nil)
            #expect(try await store.start(rollback) != nil)
        }
    }

    @Test("a rollback forward leaves the head of the branch, although GitHub was not asked for it")
    func forward() async throws {
        try await withStore { store in
            _ = try await store.run(1, to: .succeeded)
            let choices: [(Int, HoldSummary.Cause, CommitID?)] = [
                (2, .deploy, try Sample.commit(1)), (1, .rollback, nil), (2, .rollback, nil),
            ]
            for (number, cause, head) in choices {
                let trigger: Deployment.Trigger = cause == .deploy ? .operator : .rollback
                let queued = try await store.hold(
                    try Sample.request(number, trigger: trigger), because: cause, head: head)
                var running = try #require(try await store.start(queued))
                running.finish(as: .succeeded, outcome: "done", at: Sample.now)
                try await store.save(running)
            }
            #expect(
                try await store.branchState(of: Sample.branch).decisions.hold.value?.leaving == [try Sample.commit(1)])
        }
    }

    @Test("a head that was missed ends the hold, also if it is found while an older push is deployed")
    func overtaken() async throws {
        try await withStore { store in
            let hold = Hold(at: try Sample.commit(1), leaving: [try Sample.commit(2)], because: .rollback)
            try await store.changeBranchState(of: Sample.branch) { $0.decisions.decide(hold: hold, at: Sample.now) }
            let older = try await store.run(1, to: .fetching)
            #expect(try await store.newerPush(than: older, at: try Sample.request(2)) != nil)
            #expect(try await store.isHeld(at: 1))
            #expect(try await queued(store).isEmpty)
            #expect(try await store.newerPush(than: older, at: try Sample.request(3)) != nil)
            #expect(try await store.heldAt() == nil)
            #expect(try await queued(store) == [try Sample.commit(3)])
        }
    }
}
