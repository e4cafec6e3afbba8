import Foundation
import Logging

/// One deployment from the queue: runs it until it ends by itself, or ends it early at a shutdown, a pause, a newer push or an
/// operator's request.
struct DeploymentAttempt<Target: DeploymentTarget>: Sendable {
    private struct CancelledByOperator: Error {
        let name: String
    }

    let run: DeploymentRun<Target>
    let gate: DeploymentGate
    let store: Store
    /// How long it may make no progress while a newer one waits for its end.
    let stallTimeout: Duration

    private var recorder: DeploymentRecorder { run.recorder }

    /// - Throws: `DecisionRecalled` or `RepositoryIdentity.Replaced` once the commit is queued again,
    ///   `CancellationError`, `Store.Failed`, `Store.AlreadyEnded`.
    func perform() async throws {
        let id = await recorder.deployment.id
        do {
            try await runUntilEnded()
        } catch is TokenWait.PutBack {
            return try await announceIfSuperseded(id)
        } catch let needed as ApprovalNeeded {
            try await store.putBack(await recorder.deployment, untilApproved: needed.marks)
            return try await announceIfSuperseded(id)
        } catch let cancellation as CancellationError {
            let deployment = await recorder.deployment
            if deployment.stage.isFinal {
                try await run.announcer.announceEnd(of: id)
            } else {
                try await store.interrupt(deployment)
                try await run.announcer.announceInterruptions()
            }
            throw cancellation
        } catch let recalled as DecisionRecalled {
            try await store.interrupt(await recorder.deployment, by: recalled.interruption)
            try await run.announcer.announceEnd(of: id)
            throw recalled
        } catch let superseded as NewerPush.Superseded {
            return try await end(id, inFavourOf: superseded.newer)
        } catch let ended as Store.AlreadyEnded where ended.deployment.stage == .superseded {
            return try await end(id, inFavourOf: try await store.nextQueued(of: ended.deployment.request.branch))
        } catch let replaced as RepositoryIdentity.Replaced {
            try await store.interrupt(await recorder.deployment, by: .otherRepository)
            try await run.announcer.announceEnd(of: id)
            throw replaced
        } catch let cancelled as CancelledByOperator {
            // It may have ended in the same moment; then its own end counts.
            if await !recorder.deployment.stage.isFinal { try await recorder.cancel(by: cancelled.name) }
        }
        try await run.announcer.announceEnd(of: id)
    }

    /// - Throws: `CancelledByOperator`, `NewerPush.Superseded`, and what the run throws.
    private func runUntilEnded() async throws {
        let deployment = await recorder.deployment
        let cancellations = store.feed.changes { change in
            if case .cancellation(let wanted, _) = change { wanted == deployment.id } else { false }
        }
        let token = TokenWait(recorder: recorder, gate: gate, store: store, token: run.source.gitHub.token)
        let newer = NewerPush(
            recorder: recorder, review: gate.review, approval: run.settings.policy.approval, stallTimeout: stallTimeout)
        let dependencies = DependencyWatch(deployment, store: store, log: recorder.log)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await token.run { try await run.run() } }
            group.addTask {
                for await case .cancellation(_, let name) in cancellations { throw CancelledByOperator(name: name) }
                throw CancellationError()
            }
            group.addTask { try await newer.watch() }
            group.addTask {
                await dependencies.run()
                throw CancellationError()
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    /// A newer push may have been queued while it was put back.
    private func announceIfSuperseded(_ id: Int64) async throws {
        guard let row = try await store.deployment(id), row.stage.isFinal, row.startedAt != nil else { return }
        try await run.announcer.announceEnd(of: id)
    }

    private func end(_ id: Int64, inFavourOf newer: Deployment?) async throws {
        if let newer { await recorder.log.write("superseded", "by deployment \(newer.id) of \(newer.commit.short)") }
        try await run.announcer.announceEnd(of: id, newer: newer?.commit)
    }
}

/// Lets a deployment wait in its row while GitHub rejects the token for one of its requests, although it accepts the token
/// otherwise.
struct TokenWait: Sendable {
    /// The deployment is in the queue again.
    struct PutBack: Error {}

    private static let tokenCheckInterval = Duration.seconds(2)

    let recorder: DeploymentRecorder
    let gate: DeploymentGate
    let store: Store
    let token: AccessToken

    /// Calls the body until GitHub accepts the token for everything that it asks for.
    /// - Throws: `PutBack` if the observer is paused meanwhile, and an error of the body.
    func run(_ body: () async throws -> Void) async throws {
        var pause = Backoff(first: .seconds(2), limit: .seconds(300))
        var isReported = false
        while true {
            do {
                return try await body()
            } catch let refusal as TokenRefused {
                if !isReported { await recorder.log.write("waiting", refusal.description, level: .warning) }
                isReported = true
                try await wait(atMost: pause.delay())
                try await gate.open()
                let isOverridden = await recorder.deployment.request.override != nil
                let isPaused = try await gate.isPaused
                guard isOverridden || !isPaused else {
                    try await store.putBack(await recorder.deployment)
                    throw PutBack()
                }
            }
        }
    }

    /// Ends early at another push, a pause or another token.
    private func wait(atMost limit: Duration) async throws {
        let changes = store.feed.signals { change in
            switch change {
            case .branch: true
            case .deployment(let deployment): deployment.stage == .queued
            default: false
            }
        }
        let used = token.current
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { for await _ in changes { return } }
            group.addTask { try await Task.sleep(for: limit) }
            group.addTask {
                while await !token.isRenewed(since: used) {
                    try await Task.sleep(for: Self.tokenCheckInterval)
                }
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }
}

/// Ends the wait of a deployment that makes no progress once a newer one may start: a fix must not wait for the time limit
/// of the commit that it fixes.
struct NewerPush: Sendable {
    /// The deployment was superseded by a newer one, and its row shows it.
    struct Superseded: Error {
        let newer: Deployment
    }

    /// The delay before it tries again to end a deployment that is applying changes right now.
    private static let retryDelay = Duration.seconds(1)

    let recorder: DeploymentRecorder
    let review: QueueReview
    let approval: ApprovalRule
    /// How long the deployment may make no progress.
    let stallTimeout: Duration

    /// Returns only by an error. The queue is reviewed when the deployment becomes stalled, and then when the queue changes.
    /// - Throws: `Superseded`, `CancellationError`
    func watch() async throws {
        var seen = await recorder.deployment
        var unchangedSince = ContinuousClock.now
        while true {
            // Subscribed before anything is read, so that no change is lost.
            let signals = recorder.store.feed.signals { [review, id = seen.id] change in
                if case .deployment(let deployment) = change, deployment.id == id { return true }
                return review.concerns(change)
            }
            let now = await recorder.deployment
            if now.stage != seen.stage || now.progress != seen.progress { unchangedSince = .now }
            seen = now
            // The wait of a rollback is of no use once something newer is to be applied.
            let left = now.isGivenUp ? .zero : stallTimeout - (.now - unchangedSince)
            let limit = left > .zero ? left : try await supersede(now)
            try await wait(atMost: limit, orUntil: signals)
        }
    }

    /// The deployment continues while it changes the target, if the store fails, if a rule keeps the newer one from starting, or
    /// if the newer one may have to be approved before it replaces what this one applied.
    /// - Returns: When to try again; nil waits until something changes.
    private func supersede(_ deployment: Deployment) async throws -> Duration? {
        do {
            guard let newer = try await review.run().next, newer.id > deployment.id,
                !(deployment.stage == .waiting && newer.request.approval == nil && approval.mayConcern(newer.request))
            else { return nil }
            if let newer = try await recorder.giveWay(to: newer) { throw Superseded(newer: newer) }
            guard let change = await recorder.targetChange else { return Self.retryDelay }
            await recorder.log.write(
                "queued", "deployment \(newer.id) (\(newer.commit.short)) waits until this change is complete")
            try await change.get()
            return .zero
        } catch let error where !(error is CancellationError || error is Superseded) {
            return Self.retryDelay
        }
    }
}
