import Foundation

/// Ends the wait of a deployment that makes no progress once a newer one is queued: a fix must not wait for the time limit
/// of the commit that it fixes.
struct NewerPush: Sendable {
    /// The deployment was superseded by a newer one, and its row shows it.
    struct Superseded: Error {
        let newer: Deployment
    }

    /// How long a deployment may make no progress while a newer one waits.
    static let stallTimeout = Duration.seconds(5)
    private static let interval = Duration.seconds(1)

    let recorder: DeploymentRecorder
    let review: QueueReview
    let stallTimeout: Duration

    /// Returns only by an error.
    /// - Throws: `Superseded`, `CancellationError`
    func watch() async throws {
        var seen = await recorder.deployment
        var unchangedSince = ContinuousClock.now
        while true {
            try await Task.sleep(for: min(stallTimeout, Self.interval))
            let now = await recorder.deployment
            if now.stage != seen.stage || now.progress != seen.progress { unchangedSince = .now }
            seen = now
            // A rollback is of no use once something newer is to be applied.
            guard now.isGivenUp || .now - unchangedSince >= stallTimeout else { continue }
            if let newer = try await supersede(now) { throw Superseded(newer: newer) }
        }
    }

    /// The deployment continues if the store fails, or if a rule keeps the newer one from starting.
    private func supersede(_ deployment: Deployment) async throws -> Deployment? {
        do {
            guard let newer = try await review.run().next, newer.id > deployment.id else { return nil }
            return try await recorder.giveWay(to: newer)
        } catch let error where !(error is CancellationError) {
            return nil
        }
    }
}
