import Foundation
import Simulators
import Testing

@testable import ObserverEngine

@Suite("Failures outside the commit")
struct DeploymentRetryTests {
    private static var impatient: ObserverSetup {
        ObserverSetup {
            $0.flags[.deployTimeout] = "\(4 * Slowness.factor)"
            $0.retryDelay = .seconds(1)
        }
    }

    @Test("a push that failed because Marathon was away is deployed once it is back")
    func marathonAway() async throws {
        try await withObserver(Self.impatient) { world in
            try await world.marathon.stop()
            let push = try await world.gitHub.push(files: Files.helloWorld)
            let failed = try await world.deployment(of: push.after, in: .failed)
            let retry = try #require(failed.retry)
            try await world.gitHub.wait(for: "a pending status") { state in
                state.statuses.last { $0.commit == push.after && $0.description?.hasPrefix("Retrying later") == true }
            }
            try await world.marathon.start()
            let run = try await world.deployment(of: push.after, in: .succeeded)
            #expect(run.id >= retry && run.request.attempt > 1)
            // The push shows how it ended.
            let delivery = try #require(try await world.control().deliveries(verdict: .accepted).first)
            #expect(delivery.deployment == run.id)
            #expect(world.log.contains("Deployment failed and will be retried"))
            #expect(try await world.control().log(of: failed.id).last?.text.hasPrefix("Retry ") == true)
        }
    }

    @Test("a retry shows a pause that will keep it from starting")
    func paused() async throws {
        let setup = ObserverSetup {
            $0.flags[.deployTimeout] = "1"
            $0.retryDelay = .seconds(600)
        }
        try await withObserver(setup) { world in
            try await world.marathon.stop()
            let push = try await world.gitHub.push(files: Files.helloWorld)
            let failed = try await world.deployment(of: push.after, in: .failed)
            let control = try await world.control()
            _ = try await control.perform(.pause(reason: "Marathon is down"))
            let retry = try #require(failed.retry)
            let changes = world.engine.store.feed.changes { change in
                if case .deployment(let row) = change { row.id == retry } else { false }
            }
            var paused = try await control.deployment(retry).summary.wait
            if paused == nil {
                for await case .deployment(let row) in changes where row.wait != nil {
                    paused = row.wait
                    break
                }
            }
            #expect(paused?.rule == .pause && paused?.sentence.contains("Marathon is down") == true)
            _ = try await control.perform(.resume())
            for await case .deployment(let row) in changes where row.wait == nil { break }
            #expect(try await control.deployment(retry).summary.wait == nil)
        }
    }

    @Test("a commit that caused its failure is not retried, and a newer push replaces a retry")
    func own() async throws {
        try await withObserver(ObserverSetup { $0.retryDelay = .milliseconds(100) }) { world in
            let bad = try await world.gitHub.push(files: ["dploy.app": Files.descriptor, "specs/helloworld.json": "{"])
            #expect(try await world.deployment(of: bad.after, in: .failed).retry == nil)
        }
        try await withStore { store in
            _ = try await store.failAndRetry(
                try await store.run(1, to: .applying), outcome: "away", retryAt: Sample.now, at: Sample.now)
            let second = try await store.run(2, to: .applying)
            let third = try await store.enqueue(try Sample.request(3))
            #expect(try await store.failAndRetry(second, outcome: "away", retryAt: Sample.now).retry == nil)
            #expect(try await store.all().map(\.stage) == [.failed, .superseded, .failed, .queued])
            #expect(try await store.queued(of: Sample.branch).first?.id == third.id)
        }
    }

    @Test("a retry waits until it is due, in the queue and over a restart")
    func due() async throws {
        try await withStore { store in
            let failed = try await store.failAndRetry(
                try await store.run(1, to: .applying), outcome: "away", retryAt: Sample.now + 60, at: Sample.now)
            #expect(try await store.queued(of: Sample.branch).first == nil)
            #expect(try await store.retry(of: Sample.branch)?.notBefore == Sample.now + 60)
            try await store.releaseRetry(of: Sample.branch, dueBy: Sample.now + 59)
            #expect(try await store.queued(of: Sample.branch).first == nil)
            try await store.releaseRetry(of: Sample.branch, dueBy: Sample.now + 60)
            let next = try await store.queued(of: Sample.branch).first
            #expect(next?.id == failed.retry && next?.request.attempt == 2)
        }
    }

    @Test(
        "what failed outside the commit is retried with growing delays, at most five times; anything else is not",
        arguments: [
            (MarathonFailure.silent(after: .seconds(1)), 1, 30, .retry(1, after: .seconds(30))),
            (.silent(after: .seconds(1)), 2, 30, .retry(2, after: .seconds(60))),
            (.silent(after: .seconds(1)), 3, 30, .retry(3, after: .seconds(120))),
            (.silent(after: .seconds(1)), 4, 30, .retry(4, after: .seconds(240))),
            (.silent(after: .seconds(1)), 5, 30, .retry(5, after: .seconds(480))),
            (.silent(after: .seconds(1)), 5, 300, .retry(5, after: .seconds(900))),
            (.silent(after: .seconds(1)), 6, 30, .block(hasRetried: true)),
            (.overridden(appID: "/a"), 1, 30, .block(hasRetried: false)),
            (.overridden(appID: "/a"), 6, 30, .block(hasRetried: false)),
        ] as [(MarathonFailure, Int, Int, RetryPlan)])
    func plan(failure: MarathonFailure, attempt: Int, first: Int, plan: RetryPlan) {
        #expect(RetryPlan(after: failure, attempt: attempt, first: .seconds(first)) == plan)
    }

    @Test("an error that no one has declared as a failure is not retried")
    func undeclared() {
        struct Undeclared: Error {}
        #expect(RetryPlan(after: Undeclared(), attempt: 1, first: .seconds(30)) == .block(hasRetried: false))
    }

    @Test(
        "the log shows what follows a failure",
        arguments: [
            (.retry(1, after: .seconds(30)), "Retry 1 of 5 in 30 s."),
            (
                .block(hasRetried: false),
                "Not retried until the branch moves. Push a fix, or run 'observer deploy' to try again."
            ),
            (
                .block(hasRetried: true),
                "All 5 retries failed. Not retried until the branch moves. Push a fix, or run 'observer deploy' to try "
                    + "again."
            ),
        ] as [(RetryPlan, String)])
    func sentence(plan: RetryPlan, sentence: String) {
        #expect(plan.sentence(for: .delivery) == sentence)
    }

    @Test(
        "a rollback that failed is not repeated by a deployment of the head, which would return to the version that it left"
    )
    func rollbackRemedy() {
        #expect(
            RetryPlan.block(hasRetried: false).sentence(for: .rollback)
                == "Not retried. Run 'observer rollback' to try again, or give it the ID of another deployment.")
    }

    @Test("after the last retry the commit waits for the branch to move")
    func givenUp() async throws {
        try await withObserver(
            ObserverSetup {
                $0.flags[.deployTimeout] = "1"
                $0.retryDelay = .milliseconds(50)
            }
        ) { world in
            try await world.marathon.stop()
            let push = try await world.gitHub.push(files: Files.helloWorld)
            try await world.engine { $0.blocked != nil }
            let all = try await world.deployments()
            #expect(all.map(\.stage) == Array(repeating: .failed, count: 6))
            #expect(all.map(\.request.attempt) == [6, 5, 4, 3, 2, 1])
            let log = try await world.control().log(of: try #require(all.first).id)
            #expect(log.last?.text.hasPrefix("All 5 retries failed.") == true)
            try await world.gitHub.waitForStatus("failure", of: push.after)
        }
    }

    @Test(
        "each failure states whether its cause lies outside the commit",
        arguments: [
            (MarathonFailure.silent(after: .seconds(1)), true), (.locked(by: ["x"], after: .seconds(1)), true),
            (.specsRejected([]), false), (.overridden(appID: "/a"), false), (.unhealthy([], after: .seconds(1)), false),
        ] as [(MarathonFailure, Bool)])
    func causes(failure: MarathonFailure, isExternal: Bool) {
        #expect(failure.isExternal == isExternal)
        #expect(!SpecFailure.specsMissing().isExternal && !SourceFailure.broken(reason: "").isExternal)
        #expect(!CommandFailure.ended(.deploy, .exited(1), last: nil).isExternal && SourceFailure.timedOut.isExternal)
    }
}

@Suite("A deployment that restarts the observer")
struct RestartLoopTests {
    @Test("is repeated after a restart, but not for ever; an operator may deploy the commit again")
    func loop() async throws {
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try await withSimulators { simulators in
            let push = try await simulators.gitHub.push(files: Files.helloWorld, deliver: false)
            let commit = try CommitID(push.after).orThrow()
            let store = try Store(directory: directory)
            _ = try await store.enqueue(
                DeploymentRequest(branch: Sample.branch, commit: CommitInfo(commit), trigger: .delivery))
            for _ in 0..<RestartLoop.limit {
                var running = try #require(try await store.queued(of: Sample.branch).first)
                for stage in [Deployment.Stage.fetching, .applying] { running.advance(to: stage, at: Date()) }
                try await store.save(running)
                try await store.interrupt(running)
            }
            var setup = ObserverSetup()
            setup.stateDirectory = directory
            setup.waitsForHook = false
            setup.flags[.deployCommand] = "true"
            try await withObserver(setup, in: simulators) { world in
                let failed = try await world.deployment(of: push.after, in: .failed)
                #expect(failed.request.trigger == .restart)
                #expect(failed.outcome?.hasPrefix("The observer was stopped 10 times in a row") == true)
                try await world.gitHub.waitForStatus("failure", of: push.after)
                _ = try await world.control().perform(.deploy(commit: nil, force: false))
                try await world.deployment(of: push.after, in: .succeeded)
            }
        }
    }
}
