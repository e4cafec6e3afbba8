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
