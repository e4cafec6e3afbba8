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
