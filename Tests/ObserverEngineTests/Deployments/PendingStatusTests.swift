import Foundation
import Simulators
import Testing

@testable import ObserverEngine

/// A commit that GitHub shows as pending needs a final status, however its deployment ends.
@Suite("Commits that are shown as pending")
struct PendingStatusTests {
    /// Runs the body with an announcer and nothing else of an observer.
    private func withAnnouncer(
        _ body: (GitHubSimulator, Store, DeploymentAnnouncer) async throws -> Void
    ) async throws {
        try await withGitHub { gitHub, client in
            try await withStore { store in
                let status = BranchStatus(
                    configuration: try GivenSettings.sufficient.read(), instance: "here", feed: store.feed)
                let statuses = CommitStatusReporter(
                    gitHub: client, isOn: true, redactor: Redactor(secrets: []), logger: .silent)
                let announcer = DeploymentAnnouncer(
                    store: store, statuses: statuses,
                    notifier: Notifier(http: .shared, address: nil, logger: .silent),
                    decisions: DecisionKeeper(
                        branch: Sample.branch, store: store, status: status, place: nil, statuses: statuses,
                        logger: .silent),
                    logger: .silent)
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await statuses.run() }
                    defer { group.cancelAll() }
                    try await body(gitHub, store, announcer)
                }
            }
        }
    }

    private func push(to gitHub: GitHubSimulator) async throws -> DeploymentRequest {
        let push = try await gitHub.push(files: ["file": UUID().uuidString], deliver: false)
        let commit = try #require(CommitID(push.after))
        return DeploymentRequest(branch: Sample.branch, commit: CommitInfo(commit), trigger: .delivery)
    }

    private func start(_ request: DeploymentRequest, in store: Store) async throws -> Deployment {
        var deployment = try await store.enqueue(request)
        deployment.advance(to: .fetching, at: Date())
        try await store.save(deployment)
        return deployment
    }

    private func end(of request: DeploymentRequest, on gitHub: GitHubSimulator) async throws -> String? {
        try await gitHub.waitForStatus("error", of: request.commit.id.description).description
    }

    private func states(of request: DeploymentRequest, on gitHub: GitHubSimulator) -> [String] {
        gitHub.statuses(of: request.commit.id.description).map(\.state)
    }

    @Test("one that a restart queued again ends when a newer push replaces it in the queue")
    func queuedAgain() async throws {
        try await withAnnouncer { gitHub, store, announcer in
            let first = try await push(to: gitHub)
            let second = try await push(to: gitHub)
            try await store.interrupt(try await start(first, in: store))
            try await announcer.recallPendingCommits()
            let newer = try await store.enqueue(second)
            let sentence = "superseded by deployment \(newer.id) (\(newer.commit.short))"
            #expect(try await end(of: first, on: gitHub) == sentence)
        }
    }

    @Test("one that waited before a restart ends when a push arrives before the queue was reviewed")
    func waitedBefore() async throws {
        try await withAnnouncer { gitHub, store, announcer in
            let first = try await push(to: gitHub)
            let second = try await push(to: gitHub)
            let waiting = try await store.enqueue(first)
            #expect(try await store.record(wait: DeploymentWait(.window, "closed"), of: waiting))
            try await announcer.recallPendingCommits()
            _ = try await store.enqueue(second)
            #expect(try await end(of: first, on: gitHub)?.hasPrefix("superseded by deployment") == true)
        }
    }

    @Test("one whose wait is announced after a newer push has replaced it ends at once")
    func replacedMeanwhile() async throws {
        try await withAnnouncer { gitHub, store, announcer in
            let first = try await push(to: gitHub)
            let second = try await push(to: gitHub)
            let waiting = try await store.enqueue(first)
            _ = try await store.enqueue(second)
            try await announcer.announceWait(of: waiting, DeploymentWait(.window, "closed"))
            #expect(try await end(of: first, on: gitHub)?.hasPrefix("superseded by deployment") == true)
            #expect(states(of: first, on: gitHub) == ["pending", "error"])
        }
    }

    @Test("one whose retry a newer push has replaced before the failure is announced ends at once")
    func retryReplaced() async throws {
        try await withAnnouncer { gitHub, store, announcer in
            let first = try await push(to: gitHub)
            let second = try await push(to: gitHub)
            let failed = try await store.failAndRetry(
                try await start(first, in: store), outcome: "Marathon is away.", retryAt: Date() + 600)
            #expect(failed.retry != nil)
            _ = try await store.enqueue(second)
            try await announcer.announceEnd(of: failed.id)
            #expect(try await end(of: first, on: gitHub)?.hasPrefix("superseded by deployment") == true)
            #expect(states(of: first, on: gitHub) == ["pending", "error"])
        }
    }

    @Test("one that a shutdown interrupts ends if a newer push is queued")
    func interrupted() async throws {
        try await withAnnouncer { gitHub, store, announcer in
            let first = try await push(to: gitHub)
            let second = try await push(to: gitHub)
            let running = try await start(first, in: store)
            announcer.announceStart(of: first)
            _ = try await store.enqueue(second)
            try await store.interrupt(running)
            try await announcer.announceInterruptions()
            #expect(
                try await end(of: first, on: gitHub)
                    == "The observer stopped. Nothing was applied. Another commit was queued instead.")
        }
    }

    @Test("one that is being deployed stays pending if another deployment of it in the queue is replaced")
    func running() async throws {
        try await withAnnouncer { gitHub, store, announcer in
            let first = try await push(to: gitHub)
            let second = try await push(to: gitHub)
            _ = try await start(first, in: store)
            announcer.announceStart(of: first)
            _ = try await store.enqueue(first)
            _ = try await store.enqueue(second)
            // Statuses are reported in order.
            announcer.announceStart(of: second)
            try await gitHub.waitForStatus("pending", of: second.commit.id.description)
            #expect(states(of: first, on: gitHub) == ["pending"])
        }
    }

    @Test("one whose deployment is continued after a restart ends when the branch has moved meanwhile")
    func movedDuringRestart() async throws {
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try await withSimulators { simulators in
            var setup = ObserverSetup()
            setup.stateDirectory = directory
            let lock = simulators.marathon.lock("/helloworld")
            let first = try await withObserver(setup, in: simulators) { world in
                let push = try await world.push(mem: 32)
                try await world.gitHub.waitForStatus("pending", of: push.after)
                try await world.deployment(of: push.after, in: .applying)
                return push.after
            }
            let second = try await simulators.gitHub.push(
                files: ["specs/helloworld.json": Files.app("helloworld", mem: 64)], deliver: false)
            simulators.marathon.unlock(lock)
            setup.waitsForHook = false
            try await withObserver(setup, in: simulators) { world in
                try await world.gitHub.waitForStatus("error", of: first)
                try await world.gitHub.waitForStatus("success", of: second.after)
                #expect(world.gitHub.statuses(of: first).last?.state == "error")
            }
        }
    }

    @Test("one whose retry finds that the branch has moved ends")
    func movedBeforeRetry() async throws {
        let setup = ObserverSetup {
            $0.flags[.deployTimeout] = "\(5 * Slowness.factor)"
            $0.retryDelay = .seconds(1)
        }
        try await withObserver(setup) { world in
            try await world.marathon.stop()
            let first = try await world.push(mem: 32)
            try await world.gitHub.wait(for: "a retry") { state in
                state.statuses.last { $0.commit == first.after && $0.description?.hasPrefix("Retrying later") == true }
            }
            let second = try await world.push(mem: 64, deliver: false)
            let status = try await world.gitHub.waitForStatus("error", of: first.after)
            #expect(status.description == "branch dcos now points at \(second.after.shortCommit)")
            try await world.marathon.start()
            try await world.deployment(of: second.after, in: .succeeded)
        }
    }

    @Test("one whose deployment ended with the observer ends at the next start if a newer push is queued")
    func interruptedBefore() async throws {
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try await withSimulators { simulators in
            var setup = ObserverSetup()
            setup.stateDirectory = directory
            setup.stallTimeout = .seconds(600)
            let lock = simulators.marathon.lock("/helloworld")
            let (first, second) = try await withObserver(setup, in: simulators) { world in
                let first = try await world.push(mem: 32)
                try await world.deployment(of: first.after, in: .applying)
                let second = try await world.push(mem: 64)
                try await world.deployment(of: second.after, in: .queued)
                return (first.after, second.after)
            }
            simulators.marathon.unlock(lock)
            setup.waitsForHook = false
            try await withObserver(setup, in: simulators) { world in
                let status = try await world.gitHub.waitForStatus("error", of: first)
                #expect(status.description?.hasSuffix("Another commit was queued instead.") == true)
                try await world.gitHub.waitForStatus("success", of: second)
            }
        }
    }
}
