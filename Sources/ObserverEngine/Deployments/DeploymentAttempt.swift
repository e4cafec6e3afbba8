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

    /// How an attempt ends. Its row shows that already; each end is announced once.
    private enum End {
        /// It does not continue.
        /// - Parameter ending: The newer deployment that took its place while it ran; nil if it ended in another way.
        case final(_ ending: Deployment.Ending?)
        /// It is in the queue again, unless a newer push was queued meanwhile.
        case putBack
        /// Its commit is queued again, because of something that the deployer has to know.
        case interrupted(any Error)
        /// The observer stops.
        case stopped(CancellationError)
    }

    /// - Throws: `DecisionRecalled` or `RepositoryIdentity.Replaced` once the commit is queued again,
    ///   `CancellationError`, `Store.Failed`.
    func perform() async throws {
        let end: End
        do {
            end = try await runUntilStored()
        } catch let ended as Store.AlreadyEnded {
            // A newer one took its place, as superseded or during its rollback, before this attempt could store something.
            end = .final(ended.deployment.ending)
        }
        try await announce(end, of: await recorder.deployment.id)
    }

    /// Runs it and stores its end, unless the run or a newer deployment has done that.
    /// - Throws: `Store.AlreadyEnded`, `Store.Failed`
    private func runUntilStored() async throws -> End {
        do {
            try await runUntilEnded()
            return .final(nil)
        } catch is TokenWait.PutBack {
            return .putBack
        } catch let needed as ApprovalNeeded {
            try await store.putBack(await recorder.deployment, untilApproved: needed.marks)
            return .putBack
        } catch let superseded as NewerPush.Superseded {
            return .final(.superseded(by: superseded.newer.id, of: superseded.newer.commit))
        } catch let cancelled as CancelledByOperator {
            // It may have ended in the same moment; then its own end counts.
            if await !recorder.deployment.stage.isFinal { try await recorder.cancel(by: cancelled.name) }
            return .final(nil)
        } catch let recalled as DecisionRecalled {
            try await recorder.interrupt(by: recalled.interruption)
            return .interrupted(recalled)
        } catch let replaced as RepositoryIdentity.Replaced {
            try await recorder.interrupt(by: .otherRepository)
            return .interrupted(replaced)
        } catch let cancellation as CancellationError {
            try await recorder.interrupt()
            return .stopped(cancellation)
        }
    }

    private func announce(_ end: End, of id: Int64) async throws {
        switch end {
        case .final(.superseded(let newer, let commit)):
            await recorder.log.write("superseded", "by deployment \(newer) of \(commit.short)")
            try await run.announcer.announceEnd(of: id, newer: commit)
        case .final:
            try await run.announcer.announceEnd(of: id)
        case .putBack:
            guard let row = try await store.deployment(id), row.stage.isFinal, row.startedAt != nil else { return }
            try await run.announcer.announceEnd(of: id)
        case .interrupted(let error):
            try await run.announcer.announceEnd(of: id)
            throw error
        case .stopped(let cancellation):
            // It may have ended in the same moment. One that is being rolled back ends at the next start.
            if let row = try await store.deployment(id), row.stage.isFinal, row.stage != .interrupted {
                try await run.announcer.announceEnd(of: id)
            } else {
                try await run.announcer.announceInterruptions()
            }
            throw cancellation
        }
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
}
