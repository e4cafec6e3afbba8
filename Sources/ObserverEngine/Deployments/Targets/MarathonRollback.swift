import Logging

/// Takes back at Marathon what did not get healthy, and waits until what ran before is healthy again.
struct MarathonRollback: Sendable {
    /// How it went.
    enum Outcome: Equatable, Sendable, CustomStringConvertible {
        case restored(apps: [String])
        /// Marathon had ended its deployment before we gave it up.
        case tooLate
        case failed(reason: String)

        var description: String {
            switch self {
            case .restored(let apps):
                "It was rolled back: what ran before of \(apps.joined(separator: ", ")) is healthy again."
            case .tooLate:
                "It was not rolled back, because Marathon has ended its deployment: the apps are as they are there."
            case .failed(let reason):
                "The rollback did not succeed either: \(reason) Look at the apps at Marathon."
            }
        }
    }

    let client: MarathonClient
    let report: DeploymentReport
    let deadline: ContinuousClock.Instant
    let timeout: Duration
    let logger: Logger

    /// - Parameter apps: The ids of those that the deployment changed.
    /// - Throws: `CancellationError`, and what the store throws.
    func run(_ apps: [String]) async throws -> Outcome {
        guard let abandoned = await report.deployment.marathonDeployments.last else { return .tooLate }
        do {
            let change = try await Retry(until: deadline, logger: logger) {
                try await client.rollBack(deployment: abandoned)
            }
            await report.journal.note("rollback", "Marathon deployment \(change.deploymentId)", level: .warning)
            try await report.note(marathonDeployment: change.deploymentId)
            guard try await restores(apps, by: change.deploymentId) else {
                return .failed(reason: "what ran before was not healthy again after \(timeout.brief).")
            }
            await report.journal.note("restored", apps.joined(separator: ", "), level: .warning)
            return .restored(apps: apps)
        } catch let error as MarathonError where error.reason == .notFound {
            return .tooLate
        } catch let error as MarathonError {
            return .failed(reason: error.description)
        }
    }

    private func restores(_ apps: [String], by deployment: String) async throws -> Bool {
        let wakeUps = MarathonWakeUps(client: client, topics: Set(apps + [deployment]), logger: logger)
        return try await wakeUps.until(deadline) { wakeUps in
            for await _ in wakeUps {
                do {
                    if try await withTimeout(deadline - .now, { try await areRestored(apps, deployment) }) {
                        return true
                    }
                } catch let error as MarathonError where error.isTransient {
                    logger.warning("\(error) Asking again.")
                } catch is TimedOut {
                    return false
                }
                if .now >= deadline { return false }
            }
            throw CancellationError()
        }
    }

    /// An app that was new is gone again; another one runs what it ran before: Marathon stores that as soon as it has
    /// begun to roll back.
    private func areRestored(_ apps: [String], _ deployment: String) async throws -> Bool {
        for id in apps {
            guard let app = try await client.app(id) else { continue }
            guard AppReadiness(app, deployments: [deployment]).isComplete else { return false }
        }
        return true
    }
}
